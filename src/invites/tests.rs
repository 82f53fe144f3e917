use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::Id;

use crate::{
    identity::{Role, directory},
    providers::{self, Provider, ProviderStatus},
    tenants::Tenant,
    testing::{Browser, PASSWORD, Reply, TestApp, begin, impersonation, provider, service, tenant, user},
};

const WREN: &str = "wren@example.com";

/// A business with an administrator, a member of staff, and a service.
async fn business(app: &TestApp) -> Id<Tenant> {
    let atl = tenant(app, "atl").await;
    user(app, atl, "boss", &[Role::Admin]).await;
    user(app, atl, "staff", &[Role::Staff]).await;
    service(app, atl, "jump-start", 10_000, None).await;
    atl
}

async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser("atl.localhost");
    browser.sign_in(&format!("{name}@example.com")).await;
    browser
}

async fn invite(browser: &mut Browser, email: &str, role: &str) -> Reply {
    browser.submit("/admin/invites", "/api/send_invite", &[("email", email), ("role", role)]).await
}

/// The path of the link in the last mail to this address.
async fn link(app: &TestApp, to: &str) -> String {
    let mails = app.mailbox(to).await;
    let url = mails.iter().flat_map(|mail| &mail.links).find(|link| link.contains("/invite/")).expect("a link");
    url.split_once("/invite/").map(|(_, token)| format!("/invite/{token}")).unwrap()
}

/// The form to accept an invitation, filled in.
fn details(path: &str) -> Vec<(&'static str, String)> {
    let token = path.strip_prefix("/invite/").unwrap();
    vec![
        ("token", token.to_owned()),
        ("name", "Wren Hale".to_owned()),
        ("phone", "(404) 555-0142".to_owned()),
        ("password", "three quiet otters".to_owned()),
        ("home", "Decatur".to_owned()),
        ("vehicle", "Grey Ram 2500".to_owned()),
        ("skills[jump-start]", "true".to_owned()),
    ]
}

async fn accept(browser: &mut Browser, path: &str, fields: &[(&'static str, String)]) -> Reply {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, "/api/accept_invite", &fields).await
}

async fn profile(app: &TestApp, atl: Id<Tenant>) -> Provider {
    let mut tx = begin(app, atl).await;
    providers::store::find_by_email(&mut tx, &WREN.parse().unwrap()).await.unwrap().expect("a provider")
}

#[tokio::test]
async fn an_invited_provider_waits_for_approval_and_then_works() {
    let app = TestApp::new().await;
    let atl = business(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    let list = invite(&mut staff, " Wren@Example.com", "provider").await.text();
    assert!(list.contains(WREN) && list.contains("Pending") && list.contains("staff"), "{list}");

    let path = link(&app, WREN).await;
    let mut wren = app.browser("atl.localhost");
    let page = wren.get(&path).await.text();
    assert!(page.contains("staff invites you as a provider.") && page.contains(WREN), "{page}");
    let reply = accept(&mut wren, &path, &details(&path)).await;
    assert_eq!(reply.location.as_deref(), Some("/provider"), "{}", reply.text());
    assert!(wren.get("/provider").await.text().contains("waiting for approval"), "signed in, and told to wait");

    let found = profile(&app, atl).await;
    assert_eq!(found.status, ProviderStatus::Pending);
    assert_eq!(found.skills, ["jump-start"]);
    assert_eq!((found.phone.as_str(), found.vehicle.as_deref()), ("+14045550142", Some("Grey Ram 2500")));
    let on_duty = wren.post("/provider", "/api/set_duty", &[("duty", "on")]).await;
    assert_eq!(on_duty.status, StatusCode::CONFLICT, "not before approval");

    let mut boss = signed_in(&app, "boss").await;
    let id = found.id.to_string();
    let approval = [("provider", id.as_str()), ("status", "active")];
    boss.post(&format!("/admin/providers/{id}"), "/api/change_provider_status", &approval).await;
    assert_eq!(app.mailbox(WREN).await[0].subject, "You are approved");
    let on_duty = wren.post("/provider", "/api/set_duty", &[("duty", "on")]).await;
    assert_eq!(on_duty.status, StatusCode::SEE_OTHER);
    app.done().await;
}

#[tokio::test]
async fn a_link_works_once() {
    let app = TestApp::new().await;
    business(&app).await;
    let mut boss = signed_in(&app, "boss").await;
    invite(&mut boss, WREN, "staff").await;
    let path = link(&app, WREN).await;
    let fields = details(&path);
    let (mut one, mut other) = (app.browser("atl.localhost"), app.browser("atl.localhost"));
    let (first, second) = tokio::join!(accept(&mut one, &path, &fields), accept(&mut other, &path, &fields));
    let won = [&first, &second].iter().filter(|reply| reply.location.as_deref() == Some("/admin/board")).count();
    assert_eq!(won, 1, "{} {}", first.text(), second.text());
    let later = accept(&mut app.browser("atl.localhost"), &path, &fields).await;
    assert_eq!(later.status, StatusCode::CONFLICT);
    assert!(app.browser("atl.localhost").get(&path).await.text().contains("has been accepted"));
    app.done().await;
}

#[tokio::test]
async fn an_invitation_link_expires_after_72_hours_or_when_resent() {
    let app = TestApp::new().await;
    business(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    invite(&mut staff, WREN, "provider").await;
    let old = link(&app, WREN).await;

    app.pass(TimeDelta::hours(72) - TimeDelta::seconds(1)).await;
    assert!(
        app.browser("atl.localhost").get(&old).await.text().contains("Accept and continue"),
        "until the last second"
    );
    app.pass(TimeDelta::seconds(1)).await;
    let mut wren = app.browser("atl.localhost");
    assert!(wren.get(&old).await.text().contains("has expired"));
    assert_eq!(accept(&mut wren, &old, &details(&old)).await.status, StatusCode::CONFLICT);

    let mut staff = signed_in(&app, "staff").await;
    let page = staff.get("/admin/invites?status=expired").await;
    let id = page.attribute("input[name=invite]", "value").expect("it can be sent again");
    let said = staff.submit("/admin/invites", "/api/resend_invite", &[("invite", &id)]).await.text();
    assert!(said.contains("Sent again to wren@example.com."), "{said}");
    assert_eq!(wren.get(&old).await.status, StatusCode::NOT_FOUND, "the older link is dead");
    let new = link(&app, WREN).await;
    assert_eq!(accept(&mut wren, &new, &details(&new)).await.location.as_deref(), Some("/provider"));
    app.done().await;
}

#[tokio::test]
async fn a_revoked_invitation_does_not_work() {
    let app = TestApp::new().await;
    business(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    invite(&mut staff, WREN, "provider").await;
    let path = link(&app, WREN).await;
    let id = staff.get("/admin/invites").await.attribute("input[name=invite]", "value").unwrap();
    staff.post("/admin/invites", "/api/revoke_invite", &[("invite", &id)]).await;
    let mut wren = app.browser("atl.localhost");
    assert!(wren.get(&path).await.text().contains("was withdrawn"));
    assert_eq!(accept(&mut wren, &path, &details(&path)).await.status, StatusCode::CONFLICT);
    let again = staff.post("/admin/invites", "/api/resend_invite", &[("invite", &id)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let invited_anew = invite(&mut staff, WREN, "provider").await.text();
    assert!(invited_anew.contains("An invitation is on its way"), "{invited_anew}");
    app.done().await;
}

#[tokio::test]
async fn staff_invite_providers_and_only_administrators_invite_into_the_back_office() {
    let app = TestApp::new().await;
    business(&app).await;
    let mut staff = signed_in(&app, "staff").await;
    for role in ["staff", "admin"] {
        let reply = staff.post("/admin/invites", "/api/send_invite", &[("email", WREN), ("role", role)]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert!(app.mailbox(WREN).await.is_empty());
    let nonsense = invite(&mut staff, "no address", "").await;
    assert!(nonsense.text().contains("Choose what you invite them to be."), "{}", nonsense.text());
    let known = invite(&mut signed_in(&app, "boss").await, "staff@example.com", "staff").await.text();
    assert!(known.contains("staff is already a member of staff here."), "{known}");
    invite(&mut staff, WREN, "provider").await;
    let twice = invite(&mut staff, WREN, "provider").await.text();
    assert!(twice.contains("already has an open invitation"), "{twice}");
    app.done().await;
}

#[tokio::test]
async fn an_account_with_the_address_is_opened_by_its_password_and_not_by_the_link() {
    let app = TestApp::new().await;
    let atl = business(&app).await;
    let wren = user(&app, atl, "wren", &[Role::Customer]).await;
    user(&app, atl, "mallory", &[Role::Customer]).await;
    invite(&mut signed_in(&app, "boss").await, WREN, "staff").await;
    let path = link(&app, WREN).await;
    let fields = details(&path);

    let mut stranger = app.browser("atl.localhost");
    assert!(stranger.get(&path).await.text().contains("Sign in to accept"));
    let reply = accept(&mut stranger, &path, &fields).await;
    assert!(reply.location.unwrap().starts_with("/sign-in"), "the link alone opens no account");
    let mut mallory = signed_in(&app, "mallory").await;
    assert!(mallory.get(&path).await.text().contains("signed in to another account"));
    assert_eq!(accept(&mut mallory, &path, &fields).await.status, StatusCode::CONFLICT);

    let mut own = signed_in(&app, "wren").await;
    let reply = accept(&mut own, &path, &fields).await;
    assert_eq!(reply.location.as_deref(), Some("/admin/board"), "{}", reply.text());
    assert_eq!(own.get("/admin/board").await.status, StatusCode::OK, "signed in with the new role");
    let account = directory::find(&mut *begin(&app, atl).await, wren).await.unwrap().unwrap();
    assert_eq!(account.roles, [Role::Customer, Role::Staff]);
    app.done().await;
}

#[tokio::test]
async fn an_impersonating_operator_cannot_accept_invitations() {
    let app = TestApp::new().await;
    let atl = business(&app).await;
    let wren = user(&app, atl, "wren", &[Role::Customer]).await;
    invite(&mut signed_in(&app, "boss").await, WREN, "staff").await;
    let path = link(&app, WREN).await;
    let secret = impersonation(&app, atl, wren).await;
    let mut operator = app.browser("atl.localhost");
    operator.post(&format!("/impersonate/{secret}"), "/api/begin_impersonation", &[("token", &secret)]).await;
    assert_eq!(operator.get("/account/bookings").await.status, StatusCode::OK, "acts as them");
    assert_eq!(accept(&mut operator, &path, &details(&path)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(operator.get("/account/security").await.status, StatusCode::FORBIDDEN, "no session of their own");
    app.done().await;
}

#[tokio::test]
async fn an_invitation_ends_when_its_inviter_loses_the_right_to_send_it() {
    let app = TestApp::new().await;
    let atl = business(&app).await;
    let second = user(&app, atl, "second", &[Role::Admin]).await;
    let mut their = signed_in(&app, "second").await;
    invite(&mut their, WREN, "admin").await;
    invite(&mut their, "driver@example.com", "provider").await;
    let (admins, drivers) = (link(&app, WREN).await, link(&app, "driver@example.com").await);
    let mut boss = signed_in(&app, "boss").await;
    let person = format!("/admin/people/{second}");
    let fields = [("user", second.to_string()), ("staff", "true".into()), ("admin", String::new())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    boss.post(&person, "/api/change_roles", &fields).await;
    let statuses = boss.get("/admin/invites").await.text();
    assert!(statuses.contains("Revoked") && statuses.contains("Pending"), "{statuses}");
    let mut friend = app.browser("atl.localhost");
    assert_eq!(accept(&mut friend, &admins, &details(&admins)).await.status, StatusCode::CONFLICT);
    accept(&mut friend, &drivers, &details(&drivers)).await;
    assert_eq!(friend.get("/provider").await.status, StatusCode::OK, "staff may still invite providers");

    // Rights lost in any other way count as well.
    invite(&mut boss, "late@example.com", "staff").await;
    let late = link(&app, "late@example.com").await;
    let mut tx = begin(&app, atl).await;
    sqlx::query("update users set roles = '{customer}' where email = 'boss@example.com'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(accept(&mut app.browser("atl.localhost"), &late, &details(&late)).await.status, StatusCode::CONFLICT);
    app.done().await;
}

#[tokio::test]
async fn inviting_into_the_back_office_needs_a_fresh_proof_and_keeps_typed_values() {
    let app = TestApp::new().await;
    business(&app).await;
    let mut boss = signed_in(&app, "boss").await;
    app.pass(TimeDelta::minutes(16)).await;
    let fields = [("email", "colleague@example.com"), ("role", "admin")];
    let asked = boss.post("/admin/invites", "/api/send_invite", &fields).await.location.unwrap();
    assert!(asked.starts_with("/account/confirm?next=%2Fadmin%2Finvites%3Fdraft"), "{asked}");
    let next = form_urlencoded::parse(asked.split_once('?').unwrap().1.as_bytes()).next().unwrap().1.into_owned();
    let confirmed =
        boss.post(&asked, "/api/confirm_password", &[("password", PASSWORD), ("next", &next)]).await.location.unwrap();
    let form = boss.get(&confirmed).await;
    assert_eq!(form.attribute("[name=email]", "value").as_deref(), Some("colleague@example.com"));
    let sent = invite(&mut boss, "colleague@example.com", "admin").await.text();
    assert!(sent.contains("colleague@example.com"), "{sent}");
    app.pass(TimeDelta::minutes(16)).await;
    let provider = boss.post("/admin/invites", "/api/send_invite", &[("email", WREN), ("role", "provider")]).await;
    assert_eq!(provider.location.as_deref(), Some("/admin/invites"), "a provider waits for approval anyway");
    app.done().await;
}

#[tokio::test]
async fn an_existing_provider_gets_an_account_and_keeps_the_approval() {
    let app = TestApp::new().await;
    let atl = business(&app).await;
    let known = provider(&app, atl, "wren", None, &[]).await;
    invite(&mut signed_in(&app, "staff").await, WREN, "provider").await;
    let path = link(&app, WREN).await;
    accept(&mut app.browser("atl.localhost"), &path, &details(&path)).await;
    let found = profile(&app, atl).await;
    assert_eq!((found.id, found.status), (known, ProviderStatus::Active));
    assert!(found.user_id.is_some());
    assert_eq!(found.skills, ["jump-start"]);
    app.done().await;
}

#[tokio::test]
async fn missing_fields_are_reported_and_the_password_is_not_stored() {
    let app = TestApp::new().await;
    business(&app).await;
    invite(&mut signed_in(&app, "staff").await, WREN, "provider").await;
    let path = link(&app, WREN).await;
    let token = path.strip_prefix("/invite/").unwrap();
    let mut wren = app.browser("atl.localhost");
    let fields =
        [("token", token), ("name", "Wren Hale"), ("phone", "12"), ("password", "short"), ("home", "Nowhere at all")];
    let reply = wren.submit(&path, "/api/accept_invite", &fields).await;
    for complaint in
        ["Enter a phone number", "at least 10 characters", "Choose at least one kind of job.", "We found no place"]
    {
        assert!(reply.text().contains(complaint), "{complaint}: {}", reply.text());
    }
    assert_eq!(reply.attribute("input[name=name]", "value").as_deref(), Some("Wren Hale"));
    assert!(!reply.html.contains("short\""));
    let flying = [("token", token), ("name", "W"), ("skills[flying]", "true")];
    let reply = wren.submit(&path, "/api/accept_invite", &flying).await;
    assert!(reply.text().contains("no longer exists"), "{}", reply.text());
    app.done().await;
}
