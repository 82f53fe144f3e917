//! Planted and stolen sessions, and sessions used too long.

use axum::body::Body;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    identity::{AccountStatus, Role, revoke_sessions, store as accounts},
    testing::{PASSWORD, TestApp, begin, tenant, user},
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
async fn invented_session_cookies_are_invalid() {
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
async fn rights_that_were_lost_while_a_form_arrived_are_not_used() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let sid = user(&app, atl, "sid", &[Role::Staff]).await;
    let mut staff = app.browser("atl.localhost");
    staff.sign_in("sid@example.com").await;
    let (parts, body) = mpsc::channel::<Result<&str, std::io::Error>>(1);
    let body = Body::from_stream(ReceiverStream::new(body));
    parts.send(Ok("email=friend%40example.com&ro")).await.unwrap();
    let mut sending = staff.clone();
    let sent = tokio::spawn(async move {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        sending.post_raw("/api/send_invite", &headers, body).await.location
    });
    let end = parts.reserve_owned().await.unwrap(); // there is room: the beginning has been read
    let mut tx = begin(&app, atl).await;
    accounts::set_status(&mut tx, sid, AccountStatus::Suspended, Some("left")).await.unwrap();
    revoke_sessions(&mut tx, sid, None).await.unwrap();
    tx.commit().await.unwrap();
    end.send(Ok("le=provider"));
    let led_to = sent.await.unwrap().unwrap();
    assert!(led_to.starts_with("/sign-in"), "{led_to}");
    let invites: i64 =
        sqlx::query_scalar("select count(*) from invites").fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(invites, 0);
    app.done().await;
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_request_that_had_begun() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let ann = user(&app, atl, "ann", &[Role::Customer]).await;
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("ann@example.com").await;
    let (hash, data): (Vec<u8>, Value) = sqlx::query_as("select token_hash, data from platform.sessions")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    let mut tx = begin(&app, atl).await;
    revoke_sessions(&mut tx, ann, None).await.unwrap();
    tx.commit().await.unwrap();

    // What the session layer does at the end of a request that changed its session.
    let mut tx = begin(&app, atl).await;
    sqlx::query("select app.session_save($1, $2, $3, $4, '1 day', '1 day')")
        .bind(hash)
        .bind(ann)
        .bind(data)
        .bind(app.now())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(browser.get("/account/bookings").await.status, 303);
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
