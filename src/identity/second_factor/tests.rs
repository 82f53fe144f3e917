use chrono::TimeDelta;
use engine::Id;

use super::{authenticator::Authenticator, code_of, put_in_force, store};
use crate::{
    identity::{Role, User},
    tenants::Tenant,
    testing::{Browser, Reply, TestApp, begin, tenant, user},
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
        put_in_force(&mut tx, &this.app.app.keys, this.ann).await;
        tx.commit().await.unwrap();
        this
    }

    /// A browser that has got as far as the code.
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

    async fn deeds(&self) -> Vec<String> {
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
async fn an_authenticator_app_is_set_up_and_asked_for_from_then_on() {
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
    assert_eq!(this.deeds().await, ["second_factor_failed", "second_factor_on"]);
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
async fn a_code_seen_over_the_shoulder_opens_nothing() {
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
async fn a_recovery_code_lets_in_once_and_its_owner_hears_of_it() {
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
    put_in_force(&mut tx, &this.app.app.keys, this.ann).await;
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
async fn the_password_alone_is_forgotten_after_ten_minutes_or_with_a_new_password() {
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
    assert!(page.text().contains("asks its staff for a second factor"), "{}", page.text());

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
    put_in_force(&mut tx, &this.app.app.keys, this.ann).await;
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
