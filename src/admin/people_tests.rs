//! Changes of people's roles and status: who may make them, and their effects.

use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::Id;

use crate::{
    dispatch::store::offers,
    error::AppError,
    identity::{AccountStatus, Role, User, directory, second_factor},
    providers::{self, ProviderStatus},
    tenants::Tenant,
    testing::{Browser, PASSWORD, TestApp, begin, confirmed_phone, field, tenant, user},
};

async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser("atl.localhost");
    browser.sign_in(&format!("{name}@example.com")).await;
    browser
}

async fn status_of(app: &TestApp, atl: Id<Tenant>, id: Id<User>) -> AccountStatus {
    directory::find(&mut *begin(app, atl).await, id).await.unwrap().unwrap().status
}

#[tokio::test]
async fn the_list_of_people_has_staff_and_providers_but_no_customers() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    user(&app, atl, "truck", &[Role::Provider]).await;
    let customer = user(&app, atl, "dana", &[Role::Customer]).await;
    let mut boss = signed_in(&app, "boss").await;
    let all = boss.get("/admin/people").await.text();
    assert!(all.contains("boss@example.com") && all.contains("truck@example.com"), "{all}");
    assert!(!all.contains("dana@example.com"), "{all}");
    let providers = boss.get("/admin/people?role=provider").await.text();
    assert!(providers.contains("truck@example.com") && !providers.contains("boss@example.com"), "{providers}");
    let found = boss.get("/admin/people?q=TRU&status=active").await.text();
    assert!(found.contains("truck@example.com") && !found.contains("boss@example.com"), "{found}");
    user(&app, atl, "sam", &[Role::Staff]).await;
    let person = format!("/admin/people/{customer}");
    assert_eq!(signed_in(&app, "sam").await.get(&person).await.status, StatusCode::NOT_FOUND, "not for the staff");
    app.done().await;
}

#[tokio::test]
async fn an_administrator_suspends_and_reinstates_a_customer_who_is_notified() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let dana = user(&app, atl, "dana", &[Role::Customer]).await;
    let mut theirs = signed_in(&app, "dana").await;
    let mut boss = signed_in(&app, "boss").await;
    let page = format!("/admin/people/{dana}");
    let shown = boss.get(&page).await;
    assert!(shown.text().contains("Suspend access") && !shown.text().contains("Change roles"), "{}", shown.text());
    let id = dana.to_string();
    let ban = [("user", &*id), ("status", "banned"), ("reason", "Two bounced payments.")];
    boss.post(&page, "/api/change_account_status", &ban).await;
    assert_eq!(theirs.get("/account/bookings").await.status, StatusCode::SEE_OTHER, "signed out");
    let credentials = [("email", "dana@example.com"), ("password", PASSWORD)];
    let told = app.browser("atl.localhost").submit("/sign-in", "/api/sign_in", &credentials).await.text();
    assert!(told.contains("banned: Two bounced payments. If you think"), "{told}");
    app.drain().await;
    assert!(app.mailbox("dana@example.com").await[0].text.contains("Two bounced payments."));
    boss.post(&page, "/api/change_account_status", &[("user", &*id), ("status", "active")]).await;
    assert_eq!(signed_in(&app, "dana").await.get("/account/bookings").await.status, StatusCode::OK);
    let roles = boss.post(&page, "/api/change_roles", &[("user", &*id), ("admin", "true")]).await;
    assert_eq!(roles.status, StatusCode::CONFLICT, "nobody is drafted into the back office");
    app.done().await;
}

#[tokio::test]
async fn new_roles_end_the_sessions_and_apply_from_the_next_sign_in() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let sam = user(&app, atl, "sam", &[Role::Staff]).await.to_string();
    let mut sam_before = signed_in(&app, "sam").await;
    assert_eq!(sam_before.get("/admin/board").await.status, StatusCode::OK);
    let mut boss = signed_in(&app, "boss").await;
    let page = format!("/admin/people/{sam}");
    let said = boss.submit(&page, "/api/change_roles", &[("user", &sam), ("admin", "true")]).await.text();
    assert!(said.contains("sam's roles were changed."), "{said}");
    assert_eq!(sam_before.get("/admin/board").await.status, StatusCode::SEE_OTHER, "signed out");
    boss.post(&page, "/api/change_roles", &[("user", &sam)]).await;
    let mut sam_after = signed_in(&app, "sam").await;
    assert_eq!(
        sam_after.get("/admin/board").await.status,
        StatusCode::NOT_FOUND,
        "without a role there is no back office"
    );
    app.done().await;
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_shuts_themselves_out() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let (ann, bob) =
        (user(&app, atl, "ann", &[Role::Admin]).await, user(&app, atl, "bob", &[Role::Admin, Role::Staff]).await);
    let mut ann_browser = signed_in(&app, "ann").await;
    let mut bob_browser = signed_in(&app, "bob").await;
    let (ann, bob) = (ann.to_string(), bob.to_string());
    let own = ann_browser.post("/admin/people", "/api/change_roles", &[("user", &ann)]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let (to_bob, to_ann) = ([("user", bob.as_str()), ("staff", "true")], [("user", ann.as_str()), ("staff", "true")]);
    let (one, other) = tokio::join!(
        ann_browser.post("/admin/people", "/api/change_roles", &to_bob),
        bob_browser.post("/admin/people", "/api/change_roles", &to_ann)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert!(matches!(statuses, [303, 303 | 404 | 409]), "{statuses:?}");
    let mut tx = begin(&app, atl).await;
    assert_eq!(directory::lock_administrators(&mut tx).await.unwrap().len(), 1, "one administrator is left");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_suspended_user_is_signed_out_and_notified_and_can_be_reinstated() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let sam = user(&app, atl, "sam", &[Role::Staff]).await;
    let mut sam_browser = signed_in(&app, "sam").await;
    let mut boss = signed_in(&app, "boss").await;
    let (id, page) = (sam.to_string(), format!("/admin/people/{sam}"));
    let mut decide = async |status: &str, reason: &str| {
        boss.submit(&page, "/api/change_account_status", &[("user", &id), ("status", status), ("reason", reason)])
            .await
            .text()
    };
    let unexplained = decide("suspended", " ").await;
    assert!(unexplained.contains("Enter a reason."), "{unexplained}");
    assert_eq!(status_of(&app, atl, sam).await, AccountStatus::Active);
    let said = decide("suspended", "Keys not returned").await;
    assert!(said.contains("signed out everywhere") && said.contains("Keys not returned"), "{said}");
    assert_eq!(sam_browser.get("/admin/board").await.status, StatusCode::SEE_OTHER);
    let fields = [("email", "sam@example.com"), ("password", crate::testing::PASSWORD)];
    let refused = sam_browser.submit("/sign-in", "/api/sign_in", &fields).await.text();
    assert!(refused.contains("Keys not returned"), "{refused}");
    decide("active", "").await;
    signed_in(&app, "sam").await;
    app.done().await;
}

#[tokio::test]
async fn a_suspended_provider_is_off_duty_and_the_offer_goes_to_the_next() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let near = field::provider_with_account(&app, atl, "near", 1.0).await;
    let far = field::provider_with_account(&app, atl, "far", 5.0).await;
    field::booked(&app, atl).await;
    app.drain().await;
    assert!(offers::pending_of_provider(&mut *begin(&app, atl).await, near).await.unwrap().is_some());

    let mut boss = signed_in(&app, "boss").await;
    let (id, page) = (near.to_string(), format!("/admin/providers/{near}"));
    let unexplained =
        boss.submit(&page, "/api/change_provider_status", &[("provider", &id), ("status", "suspended")]).await.text();
    assert!(unexplained.contains("Enter a reason. The provider sees it."), "{unexplained}");
    let long = "Insurance ran out. ".repeat(30);
    let fields = [("provider", id.as_str()), ("status", "suspended"), ("reason", &long)];
    let rejected = boss.submit(&page, "/api/change_provider_status", &fields).await;
    let typed = rejected.attribute("details[open] #field-reason", "value");
    assert_eq!(typed.as_deref(), Some(long.as_str()), "the question is open again with what was typed");
    assert_eq!(rejected.all("details[open] #field-reason-error").len(), 1);
    let fields = [("provider", id.as_str()), ("status", "suspended"), ("reason", "Insurance ran out")];
    boss.post(&page, "/api/change_provider_status", &fields).await;
    app.drain().await;

    let mut tx = begin(&app, atl).await;
    let suspended = providers::store::find(&mut tx, near).await.unwrap().unwrap();
    assert_eq!((suspended.status, suspended.is_on_duty()), (ProviderStatus::Suspended, false));
    assert!(offers::pending_of_provider(&mut tx, near).await.unwrap().is_none());
    assert!(offers::pending_of_provider(&mut tx, far).await.unwrap().is_some(), "asked in their place");
    drop(tx);
    let mail = app.mailbox("near@example.com").await.remove(0);
    assert!(mail.subject.contains("suspended") && mail.text.contains("Insurance ran out"), "{}", mail.text);
    let home = signed_in(&app, "near").await.get("/provider").await.text();
    assert!(home.contains("Insurance ran out"), "{home}");
    app.done().await;
}

#[tokio::test]
async fn a_rejected_provider_is_told_why_and_a_second_decision_is_a_conflict() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let active = field::provider_with_account(&app, atl, "truck", 1.0).await;
    let mut owner = app.database.owner().await;
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(atl.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("update providers set status = 'pending', on_duty_since = null").execute(&mut owner).await.unwrap();
    let mut boss = signed_in(&app, "boss").await;
    let (id, page) = (active.to_string(), format!("/admin/providers/{active}"));
    assert!(boss.get(&page).await.text().contains("Approve"));
    let fields = [("provider", id.as_str()), ("status", "rejected"), ("reason", "No licence")];
    boss.post(&page, "/api/change_provider_status", &fields).await;
    let again = boss.post(&page, "/api/change_provider_status", &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(app.mailbox("truck@example.com").await[0].text.contains("No licence"));
    let shown = boss.get(&page).await.text();
    assert!(shown.contains("No licence") && shown.contains("Approve after all"), "{shown}");
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn an_administrator_resets_the_factors_of_a_lost_phone_and_its_owner_is_notified() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let sam = user(&app, atl, "sam", &[Role::Staff]).await;
    let mut stolen = signed_in(&app, "sam").await;
    let mut tx = begin(&app, atl).await;
    second_factor::activate(&mut tx, &app.app.keys, sam).await;
    sqlx::query(
        "with acme as (
             insert into identity_providers (id, slug, label, issuer, client_id, sealed_client_secret, is_enabled)
             values (gen_random_uuid(), 'acme', 'Acme', 'https://acme.example', 'wayside', '', true) returning id)
         insert into identity_links (provider_id, subject, user_id) select id, 'sam-17', $1 from acme",
    )
    .bind(sam)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    confirmed_phone(&app, atl, sam, "+14045550123").await;
    let mut boss = signed_in(&app, "boss").await;
    let (id, page) = (sam.to_string(), format!("/admin/people/{sam}"));
    let before = boss.get(&page).await.text();
    assert!(before.contains("Authenticator app") && before.contains("On one device"), "{before}");
    assert!(before.contains("To the confirmed number") && before.contains("Linked accounts 1"), "{before}");
    // The thief has requested a code before.
    let mut by_phone = app.browser("atl.localhost");
    let asked = [("phone", "(404) 555-0123"), ("next", "/admin/board")];
    by_phone.post("/sign-in/phone", "/api/request_sign_in_code", &asked).await;
    app.drain().await;
    let code = app.mailbox("+14045550123").await[0].text[..6].to_owned();
    stolen.post("/account/security", "/api/change_email", &[("email", "thief@example.com")]).await;
    let moving = "select count(*) from email_changes";
    let begun: i64 = sqlx::query_scalar(moving).fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(begun, 1);

    let said = boss.submit(&page, "/api/reset_factors", &[("user", &id)]).await.text();

    assert!(said.contains("sam was signed out everywhere") && said.contains("Not signed in"), "{said}");
    assert_eq!(stolen.get("/admin/board").await.status, StatusCode::SEE_OTHER, "the thief is signed out");
    let begun: i64 = sqlx::query_scalar(moving).fetch_one(&mut *begin(&app, atl).await).await.unwrap();
    assert_eq!(begun, 0, "and moves the account nowhere");
    assert_eq!(signed_in(&app, "sam").await.get("/admin/board").await.status, StatusCode::OK);
    app.drain().await;
    let mail = app.mailbox("sam@example.com").await.remove(0);
    let all = "authenticator app and recovery codes, signing in by text message, signing in with accounts elsewhere";
    assert!(mail.text.contains("boss has removed") && mail.text.contains(all), "{}", mail.text);
    let typed = by_phone.post("/sign-in/phone/code", "/api/sign_in_with_phone_code", &[("code", &code)]).await;
    assert!(typed.location.unwrap().contains("draft"), "the phone opens nothing any more");
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from identity_links) + (select count(*) from users where phone_verified_at is not null)",
    )
    .fetch_one(&mut *begin(&app, atl).await)
    .await
    .unwrap();
    assert_eq!(left, 0);
    let again = boss.post(&page, "/api/reset_factors", &[("user", &id)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "there is nothing left to take off");
    app.pass(TimeDelta::minutes(16)).await;
    let unproven = boss.post(&page, "/api/reset_factors", &[("user", &id)]).await;
    let to = unproven.location.unwrap_or_default();
    assert!(to.starts_with("/account/confirm"), "{to}");
    app.done().await;
}

#[tokio::test]
async fn an_administrator_signs_a_colleague_out_everywhere() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let sam = user(&app, atl, "sam", &[Role::Staff]).await;
    let (mut laptop, mut phone) = (signed_in(&app, "sam").await, signed_in(&app, "sam").await);
    let mut boss = signed_in(&app, "boss").await;
    let (id, page) = (sam.to_string(), format!("/admin/people/{sam}"));
    assert!(boss.get(&page).await.text().contains("On 2 devices"));
    let said = boss.submit(&page, "/api/sign_out_person", &[("user", &id)]).await.text();
    assert!(said.contains("sam is signed out everywhere."), "{said}");
    for browser in [&mut laptop, &mut phone] {
        assert_eq!(browser.get("/admin/board").await.status, StatusCode::SEE_OTHER);
    }
    app.done().await;
}

#[tokio::test]
async fn what_was_chosen_before_a_fresh_proof_is_what_happens_after_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    let sam = user(&app, atl, "sam", &[Role::Staff]).await;
    let mut boss = signed_in(&app, "boss").await;
    app.pass(TimeDelta::minutes(16)).await;
    let (id, page) = (sam.to_string(), format!("/admin/people/{sam}"));
    let ban = [("user", &*id), ("status", "banned"), ("reason", "Left with the keys")];
    let asked = boss.post(&page, "/api/change_account_status", &ban).await.location.unwrap();
    let next = form_urlencoded::parse(asked.split_once('?').unwrap().1.as_bytes()).next().unwrap().1.into_owned();
    boss.post(&asked, "/api/confirm_password", &[("password", PASSWORD), ("next", &next)]).await;
    let form = boss.get(&next).await;
    assert_eq!(form.attribute("[name=status][checked]", "value").as_deref(), Some("banned"));
    assert_eq!(form.attribute("[name=reason]", "value").as_deref(), Some("Left with the keys"));
    assert!(!form.all("details[open]").is_empty(), "unfolded");
    app.done().await;
}

#[tokio::test]
async fn changing_roles_that_have_changed_since_is_a_conflict() {
    use crate::identity::directory::{add_role, change_roles};

    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let stan = user(&app, atl, "stan", &[Role::Staff]).await;
    let mut tx = begin(&app, atl).await;
    add_role(&mut tx, stan, Role::Provider).await.unwrap();
    let overwriting = change_roles(&mut tx, stan, &[Role::Staff], &[Role::Admin]).await;
    assert!(matches!(overwriting, Err(AppError::Conflict(_))), "{overwriting:?}");
    change_roles(&mut tx, stan, &[Role::Provider, Role::Staff], &[Role::Provider, Role::Admin]).await.unwrap();
    drop(tx);
    app.done().await;
}
