use chrono::TimeDelta;
use engine::Id;

use super::{activate, authenticator::Authenticator, code_of, store};
use crate::{
    identity::{Role, User},
    tenants::Tenant,
    testing::{Authenticator as Device, Browser, Reply, TestApp, begin, confirmed_phone, tenant, user},
};

const HOST: &str = "atl.localhost";

struct Ann {
    app: TestApp,
    atl: Id<Tenant>,
    ann: Id<User>,
}

impl Ann {
    async fn new(role: Role) -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let ann = user(&app, atl, "ann", &[role]).await;
        Self { app, atl, ann }
    }

    async fn with_second_factor(role: Role) -> Self {
        let this = Self::new(role).await;
        let mut tx = begin(&this.app, this.atl).await;
        activate(&mut tx, &this.app.app.keys, this.ann).await;
        tx.commit().await.unwrap();
        this
    }

    /// A browser at the code form of a sign-in.
    async fn at_the_code(&self) -> Browser {
        let mut browser = self.app.browser(HOST);
        let fields = [("email", "ann@example.com"), ("password", "wayside-demo"), ("next", "/book")];
        let reply = browser.post("/sign-in", "/api/sign_in", &fields).await;
        assert_eq!(reply.location.as_deref(), Some("/sign-in/code"));
        browser
    }

    async fn code(&self) -> String {
        code_of(&mut begin(&self.app, self.atl).await, &self.app.app.keys, self.ann).await
    }

    async fn recovery_codes(&self) -> Vec<String> {
        let mut tx = begin(&self.app, self.atl).await;
        store::shown_recovery_codes(&mut tx, &self.app.app.keys, self.ann).await.unwrap().unwrap()
    }

    async fn actions(&self) -> Vec<String> {
        sqlx::query_scalar("select action from audit_log where action like 'second_factor%' order by action")
            .fetch_all(&mut *begin(&self.app, self.atl).await)
            .await
            .unwrap()
    }
}

async fn type_code(browser: &mut Browser, code: &str) -> Reply {
    browser.post("/sign-in/code", "/api/finish_sign_in", &[("code", code)]).await
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account/bookings").await.status == 200
}

#[tokio::test]
async fn an_authenticator_app_is_required_after_its_set_up() {
    let this = Ann::new(Role::Customer).await;
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut elsewhere = this.app.browser(HOST);
    elsewhere.sign_in("ann@example.com").await;

    let page = browser.submit("/account/second-factor", "/api/begin_second_factor", &[]).await;
    assert!(page.html.contains("<svg") && page.attribute("a[href^=otpauth]", "href").is_some(), "{}", page.html);
    let typed = page.all("code.typed-key").remove(0);
    let wrong = browser.submit("/account/second-factor", "/api/enable_second_factor", &[("code", "000000")]).await;
    assert!(wrong.text().contains("That code is wrong"), "{}", wrong.text());
    assert_eq!(wrong.all("code.typed-key"), std::slice::from_ref(&typed), "the same key, however often one mistypes");
    let seed = totp_rs::Secret::try_from_base32(typed.replace(' ', "")).unwrap();
    let app = Authenticator::new(seed.as_bytes(), "any", "name").unwrap();
    let code = app.code(this.app.now());
    let reply = browser.post("/account/second-factor", "/api/enable_second_factor", &[("code", &code)]).await;
    assert_eq!(reply.location.as_deref(), Some("/account/second-factor/codes"));
    assert_eq!(browser.get("/account/second-factor/codes").await.all("ol code").len(), 10);
    assert!(!is_signed_in(&mut elsewhere).await, "other devices are signed out");

    let mut again = this.at_the_code().await;
    assert!(!is_signed_in(&mut again).await);
    assert!(type_code(&mut again, &code).await.location.unwrap().contains("draft"), "a code works once, here too");
    this.app.pass(TimeDelta::seconds(30)).await;
    let reply = type_code(&mut again, &app.code(this.app.now())).await;
    assert_eq!(reply.location.as_deref(), Some("/book"), "where one was going");
    assert!(is_signed_in(&mut again).await);
    assert_eq!(this.app.mailbox("ann@example.com").await[0].subject, "Your account has a second factor");
    assert_eq!(this.actions().await, ["second_factor_failed", "second_factor_on"]);
    this.app.done().await;
}

#[tokio::test]
async fn a_code_of_the_neighbouring_half_minute_works_and_an_older_one_does_not() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let code = this.code().await;
    this.app.pass(TimeDelta::seconds(30)).await;
    let mut browser = this.at_the_code().await;
    assert_eq!(type_code(&mut browser, &code).await.location.as_deref(), Some("/book"), "clocks differ");
    let late = this.code().await;
    this.app.pass(TimeDelta::seconds(90)).await;
    let mut browser = this.at_the_code().await;
    assert!(type_code(&mut browser, &late).await.location.unwrap().contains("draft"));
    this.app.done().await;
}

#[tokio::test]
async fn a_used_code_does_not_work_again() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let mut browser = this.at_the_code().await;
    let mut thief = this.at_the_code().await;
    let code = this.code().await;
    assert_eq!(type_code(&mut browser, &code).await.location.as_deref(), Some("/book"));
    assert!(type_code(&mut thief, &code).await.location.unwrap().contains("draft"));
    assert!(!is_signed_in(&mut thief).await);
    this.app.done().await;
}

#[tokio::test]
async fn a_recovery_code_works_once_and_its_owner_is_notified() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let code = this.recovery_codes().await.remove(3);
    let mut browser = this.at_the_code().await;
    let reply = type_code(&mut browser, &code.to_lowercase().replace('-', " ")).await;
    assert_eq!(reply.location.as_deref(), Some("/account/second-factor"));
    assert!(browser.get("/account/second-factor").await.text().contains("9 of 10 are left"));
    assert_eq!(this.app.mailbox("ann@example.com").await[0].subject, "A recovery code was used");
    let mut again = this.at_the_code().await;
    assert!(type_code(&mut again, &code).await.location.unwrap().contains("draft"), "once");
    this.app.done().await;
}

#[tokio::test]
async fn new_recovery_codes_replace_the_old_and_are_shown_until_they_are_noted_down() {
    let this = Ann::new(Role::Customer).await;
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut tx = begin(&this.app, this.atl).await;
    activate(&mut tx, &this.app.app.keys, this.ann).await;
    tx.commit().await.unwrap();
    let old = this.recovery_codes().await.remove(0);
    let page = browser.submit("/account/second-factor", "/api/renew_recovery_codes", &[]).await;
    let shown = page.all("ol code");
    assert_eq!(shown.len(), 10);
    browser.post("/account/second-factor/codes", "/api/hide_recovery_codes", &[]).await;
    let hidden = browser.get("/account/second-factor/codes").await;
    assert_eq!(hidden.location.as_deref(), Some("/account/second-factor"));
    let mut again = this.at_the_code().await;
    assert!(type_code(&mut again, &old).await.location.unwrap().contains("draft"));
    assert_eq!(type_code(&mut again, &shown[9]).await.location.as_deref(), Some("/account/second-factor"));
    this.app.done().await;
}

#[tokio::test]
async fn a_pending_sign_in_ends_after_ten_minutes_or_a_new_password() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let mut browser = this.at_the_code().await;
    this.app.pass(TimeDelta::minutes(10)).await;
    let code = this.code().await;
    let reply = type_code(&mut browser, &code).await;
    assert!(reply.location.unwrap().starts_with("/sign-in?"));
    assert_eq!(browser.get("/sign-in/code").await.location.as_deref(), Some("/sign-in"));

    let mut browser = this.at_the_code().await;
    let mut tx = begin(&this.app, this.atl).await;
    crate::identity::store::set_password(&mut tx, this.ann, "another").await.unwrap();
    tx.commit().await.unwrap();
    assert!(type_code(&mut browser, &code).await.location.unwrap().starts_with("/sign-in?"));
    assert!(!is_signed_in(&mut browser).await);
    this.app.done().await;
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let right = this.code().await;
    let mut browser = this.at_the_code().await;
    let mut tries = 0;
    loop {
        let guess = if right == "123456" { "654321" } else { "123456" };
        let reply = type_code(&mut browser, guess).await;
        if reply.status == 429 {
            break;
        }
        tries += 1;
        assert!(tries < 20, "nothing stops them");
    }
    assert_eq!(type_code(&mut browser, &right).await.status, 429);
    this.app.done().await;
}

#[tokio::test]
async fn staff_whose_business_demands_it_can_do_nothing_else_first() {
    let this = Ann::new(Role::Staff).await;
    sqlx::query("update platform.tenants set settings = settings || '{\"staff_second_factor\": true}'")
        .execute(&mut this.app.database.owner().await)
        .await
        .unwrap();
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    for path in ["/admin/board", "/", "/account/devices", "/live/board"] {
        let reply = browser.get(path).await;
        assert_eq!(reply.location.as_deref(), Some("/account/second-factor"), "{path}");
    }
    let reply = browser.post("/admin/services", "/api/confirm_payment", &[("payment", "x")]).await;
    assert_eq!(reply.location.as_deref(), Some("/account/second-factor"));
    let page = browser.get("/account/second-factor").await;
    assert!(page.text().contains("requires a second factor for its staff"), "{}", page.text());

    browser.post("/account/second-factor", "/api/begin_second_factor", &[]).await;
    let code = this.code().await;
    browser.post("/account/second-factor", "/api/enable_second_factor", &[("code", &code)]).await;
    assert_eq!(browser.get("/admin/board").await.status, 200);
    this.app.pass(TimeDelta::seconds(30)).await;
    let code = this.code().await;
    let off = browser.post("/account/second-factor", "/api/remove_second_factor", &[("code", &code)]).await;
    assert_eq!(off.status, 409, "and they keep it");
    this.app.done().await;
}

#[tokio::test]
async fn it_is_taken_off_with_a_code_only() {
    let this = Ann::new(Role::Customer).await;
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let mut tx = begin(&this.app, this.atl).await;
    activate(&mut tx, &this.app.app.keys, this.ann).await;
    tx.commit().await.unwrap();
    browser.post("/account/second-factor", "/api/remove_second_factor", &[("code", "000000")]).await;
    this.at_the_code().await;
    let code = this.code().await;
    browser.post("/account/second-factor", "/api/remove_second_factor", &[("code", &code)]).await;
    this.app.browser(HOST).sign_in("ann@example.com").await;
    this.app.done().await;
}

#[tokio::test]
async fn nothing_of_it_can_be_read_in_the_database() {
    let this = Ann::with_second_factor(Role::Customer).await;
    let codes = this.recovery_codes().await;
    let dump: Vec<String> = sqlx::query_scalar("select f::text || r::text from second_factors f, recovery_codes r")
        .fetch_all(&mut *begin(&this.app, this.atl).await)
        .await
        .unwrap();
    assert_eq!(dump.len(), 10);
    for code in codes {
        let hex: String = code.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!dump.iter().any(|row| row.contains(&code) || row.contains(&hex)));
    }
    this.app.done().await;
}

/// A business that requires a second factor of its staff.
async fn demanding(role: Role) -> Ann {
    let this = Ann::new(role).await;
    sqlx::query("update platform.tenants set settings = settings || '{\"staff_second_factor\": true}'")
        .execute(&mut this.app.database.owner().await)
        .await
        .unwrap();
    this
}

const OWED: Option<&str> = Some("/account/second-factor");

async fn board(browser: &mut Browser) -> Reply {
    browser.get("/admin/board").await
}

#[tokio::test]
async fn a_code_by_text_message_does_not_replace_a_required_second_factor() {
    const PHONE: &str = "+14045550123";
    let this = demanding(Role::Staff).await;
    confirmed_phone(&this.app, this.atl, this.ann, PHONE).await;
    let sign_in = async || {
        let mut browser = this.app.visitor(HOST);
        browser.post("/sign-in/phone", "/api/request_sign_in_code", &[("phone", PHONE)]).await;
        this.app.drain().await;
        let code = this.app.mailbox(PHONE).await[0].text[..6].to_owned();
        let reply = browser.post("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", &code)]).await;
        (browser, reply)
    };
    let (mut browser, _) = sign_in().await;
    assert_eq!(board(&mut browser).await.location.as_deref(), OWED, "without one");
    let mut tx = begin(&this.app, this.atl).await;
    activate(&mut tx, &this.app.app.keys, this.ann).await;
    tx.commit().await.unwrap();
    let (mut browser, reply) = sign_in().await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in/code"), "with one");
    assert_eq!(board(&mut browser).await.location.as_deref(), Some("/sign-in?next=%2Fadmin%2Fboard"));
    this.app.done().await;
}

#[tokio::test]
async fn an_unlocked_passkey_is_two_factors_and_its_owners_password_alone_is_not() {
    let this = demanding(Role::Staff).await;
    let mut browser = this.app.browser(HOST);
    // Added before the business required a second factor.
    let demand = async |wanted: bool| {
        sqlx::query("update platform.tenants set settings = settings || jsonb_build_object('staff_second_factor', $1)")
            .bind(wanted)
            .execute(&mut this.app.database.owner().await)
            .await
            .unwrap();
        this.app.app.hosts.forget();
    };
    demand(false).await;
    browser.sign_in("ann@example.com").await;
    let mut device = Device::new(HOST, this.ann.uuid());
    let made = device.create(&options(&mut browser, "passkey_registration_options").await);
    let fields = [("name".to_owned(), "Key".to_owned()), ("credential".to_owned(), made)];
    assert_eq!(browser.call("/api/add_passkey", &fields).await.status, 200);
    demand(true).await;

    let mut elsewhere = this.app.browser(HOST);
    let proof = device.get(&options(&mut elsewhere, "passkey_sign_in_options").await);
    let reply = elsewhere.call("/api/sign_in_with_passkey", &[("credential".to_owned(), proof)]).await;
    assert_eq!(reply.status, 200, "{}", reply.html);
    assert_eq!(board(&mut elsewhere).await.status, 200, "two factors in one");
    let change = [("current_password", "wayside-demo"), ("new_password", "four words in a row")];
    elsewhere.post("/account/security", "/api/change_password", &change).await;
    assert_eq!(board(&mut elsewhere).await.status, 200, "also under the session's new token");

    let mut typed = this.app.browser(HOST);
    let credentials = [("email", "ann@example.com"), ("password", "four words in a row")];
    typed.post("/sign-in", "/api/sign_in", &credentials).await;
    assert_eq!(board(&mut typed).await.location.as_deref(), OWED, "the password only");
    assert!(typed.get(OWED.unwrap()).await.text().contains("Your account has a passkey"));
    typed.post(OWED.unwrap(), "/api/begin_second_factor", &[]).await;
    let mut tx = begin(&this.app, this.atl).await;
    assert!(store::find(&mut tx, this.ann).await.unwrap().is_none(), "nor does it set up another factor");
    drop(tx);
    let proof = device.get(&options(&mut typed, "passkey_sign_in_options").await);
    let reply = typed.call("/api/sign_in_with_passkey", &[("credential".to_owned(), proof)]).await;
    assert_eq!((reply.status.as_u16(), board(&mut typed).await.status.as_u16()), (200, 200), "the way on");
    this.app.done().await;
}

async fn options(browser: &mut Browser, endpoint: &str) -> serde_json::Value {
    let reply = browser.call(&format!("/api/{endpoint}"), &[]).await;
    let inner: String = serde_json::from_str(&reply.html).unwrap();
    serde_json::from_str(&inner).unwrap()
}

#[tokio::test]
async fn an_invitation_or_a_new_password_does_not_replace_the_second_factor() {
    let this = demanding(Role::Admin).await;
    let mut tx = begin(&this.app, this.atl).await;
    activate(&mut tx, &this.app.app.keys, this.ann).await;
    tx.commit().await.unwrap();
    let mut boss = this.at_the_code().await;
    let code = this.code().await;
    type_code(&mut boss, &code).await;
    boss.post("/admin/invites", "/api/send_invite", &[("email", "new@example.com"), ("role", "staff")]).await;
    this.app.drain().await;
    let mail = this.app.mailbox("new@example.com").await;
    let path = mail[0].links.iter().find_map(|link| link.split_once("/invite/")).expect("a link").1.to_owned();
    let form = [
        ("token", path.as_str()),
        ("name", "Nia New"),
        ("phone", "(404) 555-0142"),
        ("password", "three quiet otters"),
    ];
    let mut newcomer = this.app.visitor(HOST);
    newcomer.post(&format!("/invite/{path}"), "/api/accept_invite", &form).await;
    assert_eq!(board(&mut newcomer).await.location.as_deref(), OWED, "invited");

    let reset = crate::testing::links::reset_path(&this.app, HOST, "ann@example.com").await;
    let mut forgetful = this.app.visitor(HOST);
    let form = [("token", crate::testing::links::token_of(&reset)), ("password", "four words in a row")];
    forgetful.post(&reset, "/api/reset_password", &form).await;
    let credentials = [("email", "ann@example.com"), ("password", "four words in a row")];
    let reply = forgetful.post("/sign-in", "/api/sign_in", &credentials).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in/code"), "asked for after a new password, too");
    this.app.done().await;
}

#[tokio::test]
async fn a_customer_invited_to_the_back_office_must_set_up_a_second_factor() {
    let this = demanding(Role::Customer).await;
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    assert_eq!(browser.get("/account/bookings").await.status, 200, "customers owe none");
    let mut tx = begin(&this.app, this.atl).await;
    crate::identity::directory::change_roles(&mut tx, this.ann, &[Role::Customer], &[Role::Staff]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(browser.get("/account/bookings").await.location.as_deref(), Some("/sign-in?next=%2Faccount%2Fbookings"));
    browser.sign_in("ann@example.com").await;
    assert_eq!(board(&mut browser).await.location.as_deref(), OWED);
    this.app.done().await;
}

#[tokio::test]
async fn typing_the_first_code_is_limited_like_any_code() {
    let this = Ann::new(Role::Customer).await;
    let mut browser = this.app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    browser.post("/account/second-factor", "/api/begin_second_factor", &[]).await;
    let mut tries = 0;
    while browser.call("/api/enable_second_factor", &[("code".to_owned(), "0".to_owned())]).await.status != 429 {
        tries += 1;
        assert!(tries < 20, "nothing stops them");
    }
    assert!(tries >= 3);
    this.app.done().await;
}

#[tokio::test]
async fn proving_identity_by_text_message_keeps_the_sessions_factors() {
    const PHONE: &str = "+14045550123";
    let this = demanding(Role::Staff).await;
    let mut tx = begin(&this.app, this.atl).await;
    activate(&mut tx, &this.app.app.keys, this.ann).await;
    tx.commit().await.unwrap();
    confirmed_phone(&this.app, this.atl, this.ann, PHONE).await;
    let mut browser = this.app.browser(HOST);
    browser.post("/sign-in", "/api/sign_in", &[("email", "ann@example.com"), ("password", "wayside-demo")]).await;
    let mut tx = begin(&this.app, this.atl).await;
    let code = code_of(&mut tx, &this.app.app.keys, this.ann).await;
    drop(tx);
    browser.post("/sign-in/code", "/api/finish_sign_in", &[("code", &code)]).await;
    assert_eq!(board(&mut browser).await.status, 200);
    this.app.pass(TimeDelta::minutes(16)).await;
    let asked = [("phone", PHONE), ("next", "/account/passkeys")];
    browser.post("/account/confirm", "/api/request_sign_in_code", &asked).await;
    this.app.drain().await;
    let code = this.app.mailbox(PHONE).await[0].text[..6].to_owned();
    let reply = browser.post("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", &code)]).await;
    assert_eq!(reply.location.as_deref(), Some("/account/passkeys"));
    assert_eq!(browser.get("/account/passkeys").await.status, 200);
    assert_eq!(board(&mut browser).await.status, 200, "two factors still");
    this.app.done().await;
}
