//! Accounts: signing in, out and up, and the user's own account.

use crate::{
    customers::{self, Contact},
    identity,
    testing::access::{
        ANYONE, Account, Business, CUSTOMER, Call, Function, PageLine, Person, SIGNED_IN, form, function, open, page,
    },
    testing::{self, links, links::token_of},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("sign_in", ANYONE, "platform.sessions", async |at, who| {
            let account = at.another(who).await;
            let email = format!("{}@example.com", account.name);
            form!("email" = email, "password" = at.password()).by(at.browser(Person::Nobody))
        })
        .elsewhere(422),
        function("sign_out", SIGNED_IN, "platform.sessions", async |at, who| form!().by(at.another(who).await.browser))
            .names_nothing()
            .answers(Person::Nobody, 200)
            .answers(Person::Neighbour, 200)
            .answers(Person::Operator, 200),
        function("sign_up", ANYONE, "one_time_tokens", async |at, _| {
            let email = format!("{}@example.com", at.name("newcomer"));
            form!("name" = "Nia New", "email" = email, "phone" = "(404) 555-0199")
        })
        .names_nothing(),
        function("finish_sign_up", ANYONE, "users", async |at, _| {
            let token = sign_up_token(at).await;
            // The new account's session replaces the sender's.
            form!("token" = token, "password" = "three words in a row").by(at.browser(Person::Nobody))
        })
        .elsewhere(409),
        function("request_reset", ANYONE, "queue.tasks", async |_, _| form!("email" = "somebody@example.com"))
            .names_nothing(),
        function("reset_password", ANYONE, "users", async |at, _| {
            form!("token" = reset_token(at).await, "password" = "another three words")
        })
        .elsewhere(409),
        function("change_password", SIGNED_IN, "users", async |at, who| {
            form!("current_password" = at.password(), "new_password" = "another three words")
                .by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("confirm_password", SIGNED_IN, "platform.sessions", async |at, who| {
            form!("password" = at.password()).by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("revoke_device", CUSTOMER, "platform.sessions", async |at, _| {
            let account = at.another(Person::Customer).await;
            let mut elsewhere = at.visitor();
            elsewhere.sign_in(&email_of(&account)).await;
            let devices = identity::devices(&mut at.begin().await, account.id).await.unwrap();
            form!("device" = devices[0].id).by(elsewhere)
        }),
        function("revoke_other_devices", SIGNED_IN, "platform.sessions", async |at, who| {
            let account = at.another(who).await;
            let mut elsewhere = at.visitor();
            elsewhere.sign_in(&email_of(&account)).await;
            form!().by(elsewhere)
        })
        .names_nothing(),
        function("send_verification", SIGNED_IN, "one_time_tokens", async |_, _| form!()).names_nothing(),
        function("verify_email", ANYONE, "users", async |at, _| form!("token" = verification_token(at).await))
            .elsewhere(409),
        function("change_email", SIGNED_IN, "email_changes", async |at, who| {
            let email = format!("{}@example.com", at.name("moved"));
            form!("email" = email).by(at.another(who).await.browser)
        })
        .names_nothing(),
        function("keep_email", SIGNED_IN, "email_changes", async |at, who| {
            let (account, _) = moving(at, who).await;
            form!().by(account.browser)
        })
        .names_nothing(),
        function("agree_to_email", ANYONE, "users", async |at, _| form!("token" = agreement_token(at).await))
            .elsewhere(409),
        function("claim_bookings", SIGNED_IN, "customers", async |at, who| {
            let account = at.another(who).await;
            let contact = Contact {
                name: account.name.clone(),
                phone: "+14045550123".parse().unwrap(),
                email: Some(email_of(&account).parse().unwrap()),
            };
            let mut tx = at.begin().await;
            customers::store::find_or_insert(&mut tx, &contact).await.unwrap();
            tx.commit().await.unwrap();
            form!().by(account.browser)
        })
        .names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/account", SIGNED_IN).leads_on(),
        open("/account/bookings", SIGNED_IN),
        page("/account/bookings/{reference}", CUSTOMER, async |at, _| {
            Call::to(format!("/account/bookings/{}", at.own_booking().await.reference))
        }),
        page("/account/bookings/{reference}/move", CUSTOMER, async |at, _| {
            Call::to(format!("/account/bookings/{}/move", at.own_appointment().await.reference))
        }),
        page("/account/bookings/{reference}/cancel", CUSTOMER, async |at, _| {
            Call::to(format!("/account/bookings/{}/cancel", at.own_booking().await.reference))
        }),
        open("/account/confirm", SIGNED_IN).leads_on(),
        open("/account/devices", SIGNED_IN),
        open("/account/passkeys", SIGNED_IN),
        open("/account/security", SIGNED_IN),
        page("/email/{token}", ANYONE, async |at, _| Call::to(format!("/email/{}", agreement_token(at).await))),
        open("/reset", ANYONE),
        open("/reset/sent", ANYONE),
        page("/reset/{token}", ANYONE, async |at, _| Call::to(format!("/reset/{}", reset_token(at).await))),
        open("/sign-up/sent", ANYONE),
        page("/sign-up/{token}", ANYONE, async |at, _| Call::to(format!("/sign-up/{}", sign_up_token(at).await))),
        page("/verify/{token}", ANYONE, async |at, _| Call::to(format!("/verify/{}", verification_token(at).await))),
        page("/sign-in", ANYONE, async |at, _| Call::to("/sign-in").by(at.browser(Person::Nobody))),
        page("/sign-in/passkey", ANYONE, async |at, _| Call::to("/sign-in/passkey").by(at.browser(Person::Nobody))),
        page("/sign-up", ANYONE, async |at, _| Call::to("/sign-up").by(at.browser(Person::Nobody))),
    ]
}

async fn sign_up_token(at: &Business) -> String {
    let email = format!("{}@example.com", at.name("newcomer"));
    token_of(&links::sign_up_path(at.app(), &at.host, &email).await).to_owned()
}

async fn reset_token(at: &Business) -> String {
    let account = at.another(Person::Customer).await;
    token_of(&links::reset_path(at.app(), &at.host, &email_of(&account)).await).to_owned()
}

async fn verification_token(at: &Business) -> String {
    let mut account = at.another(Person::Customer).await;
    testing::unverified(at.app(), at.tenant, account.id).await;
    let email = email_of(&account);
    token_of(&links::verification_path(at.app(), &mut account.browser, &email).await).to_owned()
}

/// An account with a pending change of e-mail, and the confirmation links for both addresses.
async fn moving(at: &Business, who: Person) -> (Account, (String, String)) {
    let mut account = at.another(who).await;
    let (old, new) = (email_of(&account), format!("new-{}", email_of(&account)));
    let paths = links::agreement_paths(at.app(), &mut account.browser, &old, &new).await;
    (account, paths)
}

/// The token of the link at the new address, after the old address has confirmed.
async fn agreement_token(at: &Business) -> String {
    let (mut account, (at_old, at_new)) = moving(at, Person::Customer).await;
    account.browser.post(&at_old, "/api/agree_to_email", &[("token", token_of(&at_old))]).await;
    token_of(&at_new).to_owned()
}

fn email_of(account: &Account) -> String {
    format!("{}@example.com", account.name)
}
