//! Sessions that are planted, stolen or kept.

use crate::{
    identity::Role,
    testing::{PASSWORD, TestApp, tenant, user},
};

/// The cookie that names the session.
const SESSION: &str = "__Host-session";

#[tokio::test]
async fn a_planted_session_is_worth_nothing_after_signing_in() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut victim = app.browser("atl.localhost");
    victim.set_cookie(SESSION, planted);
    victim.sign_in("ann@example.com").await;
    assert_ne!(victim.cookie(SESSION), Some(planted), "signing in makes a new session");
    assert_eq!(victim.get("/account/bookings").await.status, 200);

    let mut attacker = app.browser("atl.localhost");
    attacker.set_cookie(SESSION, planted);
    assert_eq!(attacker.get("/account/bookings").await.status, 303, "the planted one is nobody's");
    app.done().await;
}

#[tokio::test]
async fn signing_in_over_a_session_ends_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "mallory", &[Role::Customer]).await;
    user(&app, atl, "ann", &[Role::Admin]).await;
    let mut attacker = app.browser("atl.localhost");
    attacker.sign_in("mallory@example.com").await;
    let mut victim = app.browser("atl.localhost");
    victim.set_cookie(SESSION, attacker.cookie(SESSION).unwrap());
    victim.sign_in("ann@example.com").await;
    assert_eq!(victim.get("/admin/board").await.status, 200);
    let known = attacker.get("/admin/board").await;
    assert_ne!(known.status, 200, "the session the attacker knows has not become the victim's");
    app.done().await;
}

#[tokio::test]
async fn invented_sessions_are_nobodys() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Admin]).await;
    let mut ann = app.browser("atl.localhost");
    ann.sign_in("ann@example.com").await;
    let own = ann.cookie(SESSION).unwrap().to_owned();
    let mut changed = own.clone().into_bytes();
    changed[3] = if changed[3] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for invented in
        ["", "x", "0", "null", "%00", "../../x", "' or 1=1 --", &changed, &"A".repeat(4000), &own[..own.len() - 1]]
    {
        let mut attacker = app.browser("atl.localhost");
        attacker.set_cookie(SESSION, invented);
        assert_eq!(attacker.get("/admin/board").await.status, 303, "{invented}");
    }
    let mut other_name = app.browser("atl.localhost");
    other_name.set_cookie("session", &own);
    assert_eq!(other_name.get("/admin/board").await.status, 303, "only the cookie that no other host can set counts");
    app.done().await;
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Customer]).await;
    let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
    let reply = app.browser("atl.localhost").post("/sign-in", "/api/sign_in", &fields).await;
    let cookies: Vec<&str> = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with(SESSION)).expect("a session is set");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Domain="), "{session}");
    app.done().await;
}
