//! Second factors, and codes by text message.

use crate::{
    identity::{
        oidc::store::{self, ProviderDetails},
        second_factor,
    },
    testing::{
        self, Browser,
        access::{
            ADMINS, ANYONE, Account, Business, Call, Function, PageLine, Person, SIGNED_IN, STRANGERS, form, function,
            open, page,
        },
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("begin_second_factor", SIGNED_IN, "second_factors", async |at, who| {
            form!().by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("enable_second_factor", SIGNED_IN, "second_factors", async |at, who| {
            let mut account = at.another(who).await;
            account.browser.post("/account/second-factor", "/api/begin_second_factor", &[]).await;
            form!("code" = code_of(at, &account).await).by(account.browser)
        })
        .names_nothing(),
        function("renew_recovery_codes", SIGNED_IN, "recovery_codes", async |at, who| {
            form!().by(with_second_factor(at, who).await.browser)
        })
        .names_nothing(),
        function("hide_recovery_codes", SIGNED_IN, "second_factors", async |at, who| {
            form!().by(with_second_factor(at, who).await.browser)
        })
        .names_nothing(),
        function("remove_second_factor", SIGNED_IN, "second_factors", async |at, who| {
            let account = with_second_factor(at, who).await;
            form!("code" = code_of(at, &account).await).by(account.browser)
        })
        .names_nothing(),
        function("finish_sign_in", ANYONE, "platform.sessions", async |at, who| {
            let account = with_second_factor(at, who).await;
            let email = format!("{}@example.com", account.name);
            let mut browser = at.browser(Person::Nobody);
            browser.post("/sign-in", "/api/sign_in", &[("email", &email), ("password", at.password())]).await;
            form!("code" = code_of(at, &account).await).by(browser)
        })
        .elsewhere(401),
        function("request_sign_in_code", ANYONE, "phone_codes", async |at, _| {
            let (phone, browser) = phone(at);
            form!("phone" = phone).by(browser)
        })
        .names_nothing(),
        function("sign_in_with_phone_code", ANYONE, "platform.sessions", async |at, who| {
            let account = at.another(who).await;
            let (phone, mut browser) = phone(at);
            testing::confirmed_phone(at.app(), at.tenant, account.id, &phone).await;
            browser.post("/sign-in/phone", "/api/request_sign_in_code", &[("phone", &phone)]).await;
            form!("code" = texted(at, &phone).await).by(browser)
        })
        .elsewhere(401),
        function("request_phone_verification", SIGNED_IN, "phone_codes", async |at, who| {
            let (phone, _) = phone(at);
            form!("phone" = phone).by(at.another(who).await.browser.at(&address(at)))
        })
        .names_nothing(),
        function("verify_phone", SIGNED_IN, "users", async |at, who| {
            let (phone, _) = phone(at);
            let mut browser = at.another(who).await.browser.at(&address(at));
            browser.post("/account/phone", "/api/request_phone_verification", &[("phone", &phone)]).await;
            form!("code" = texted(at, &phone).await).by(browser)
        })
        .names_nothing(),
        function("remove_phone_sign_in", SIGNED_IN, "users", async |at, who| {
            let account = at.another(who).await;
            testing::confirmed_phone(at.app(), at.tenant, account.id, &phone(at).0).await;
            form!().by(account.browser)
        })
        .names_nothing(),
        function("add_identity_provider", ADMINS, "identity_providers", async |at, _| {
            provider_form(at, &at.name("acme"))
        })
        .names_nothing(),
        function("change_identity_provider", ADMINS, "identity_providers", async |at, _| {
            let slug = at.name("acme");
            let id = provider(at, &slug).await;
            let mut call = provider_form(at, &slug);
            call.fields.push(("provider".into(), id));
            call
        }),
        function("remove_identity_provider", ADMINS, "identity_providers", async |at, _| {
            form!("provider" = provider(at, &at.name("acme")).await)
        }),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/account/phone", SIGNED_IN),
        open("/account/second-factor", SIGNED_IN),
        page("/account/second-factor/codes", SIGNED_IN, async |at, who| {
            Call::to("/account/second-factor/codes").by(with_second_factor(at, who).await.browser)
        }),
        open("/admin/settings/sign-in", ADMINS),
        page("/sign-in/with/{provider}", STRANGERS, async |at, _| {
            let slug = at.name("acme");
            provider(at, &slug).await;
            Call::to(format!("/sign-in/with/{slug}"))
        })
        .leads_on()
        .leads_home(),
        page("/sign-in/with/{provider}/callback", ANYONE, async |at, _| {
            let slug = at.name("acme");
            provider(at, &slug).await;
            Call::to(format!("/sign-in/with/{slug}/callback?state=x&code=y"))
        })
        .leads_on(),
        open("/sign-in/code", ANYONE).leads_on(),
        page("/sign-in/phone", ANYONE, async |at, _| Call::to("/sign-in/phone").by(at.browser(Person::Nobody))),
        open("/sign-in/phone/code", ANYONE).leads_on(),
    ]
}

/// A new account, signed in before its second factor was active.
async fn with_second_factor(at: &Business, who: Person) -> Account {
    let account = at.another(who).await;
    let mut tx = at.begin().await;
    second_factor::activate(&mut tx, &at.app().app.keys, account.id).await;
    tx.commit().await.unwrap();
    account
}

async fn code_of(at: &Business, account: &Account) -> String {
    second_factor::code_of(&mut at.begin().await, &at.app().app.keys, account.id).await
}

/// An unused phone number, and a stranger with their own network address, because codes are limited by address.
fn phone(at: &Business) -> (String, Browser) {
    let browser = at.browser(Person::Nobody).at(&address(at));
    (format!("+1404555{:0>4}", number(at)), browser)
}

fn address(at: &Business) -> String {
    format!("203.0.113.{}", number(at))
}

fn number(at: &Business) -> String {
    at.name("phone").rsplit('-').next().unwrap().to_owned()
}

/// The code in the latest text message.
async fn texted(at: &Business, phone: &str) -> String {
    at.app().drain().await;
    at.app().mailbox(phone).await[0].text[..6].to_owned()
}

/// An identity provider at an address where no server listens.
async fn provider(at: &Business, slug: &str) -> String {
    let details = ProviderDetails {
        slug: slug.into(),
        label: "Acme".into(),
        issuer: "http://127.0.0.1:9".into(),
        client_id: "wayside".into(),
        client_secret: Some("hush".to_owned().into()),
        is_enabled: true,
    };
    let mut tx = at.begin().await;
    let id = store::insert(&mut tx, &at.app().app.keys, &details).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

fn provider_form(at: &Business, slug: &str) -> Call {
    form!(
        "slug" = slug,
        "label" = at.name("Acme"),
        "issuer" = "https://acme.example",
        "client_id" = "wayside",
        "client_secret" = "hush"
    )
}
