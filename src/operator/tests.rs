use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::Id;

use super::{Impersonation, command};
use crate::{
    identity::{Role, User},
    tenants::{Status, Tenant, find_by_id},
    testing::{Browser, PASSWORD, Reply, TestApp, begin, tenant, user},
};

const HOST: &str = "operator.localhost";
const EMAIL: &str = "olivia@wayside.example";

async fn operator(app: &TestApp) -> Browser {
    let hash = app.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    command::add(&mut app.database.owner().await, &EMAIL.parse().unwrap(), "Olivia", &hash).await.unwrap();
    let mut browser = app.browser(HOST);
    let reply = sign_in(&mut browser, PASSWORD).await;
    assert_eq!(reply.location.as_deref(), Some("/operator"), "{}", reply.text());
    browser
}

async fn sign_in(browser: &mut Browser, password: &str) -> Reply {
    browser.post("/sign-in", "/api/operator_sign_in", &[("email", EMAIL), ("password", password)]).await
}

/// The entries of the operators' log, read as the owner.
async fn logged(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select action from platform.operator_log order by at, action")
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap()
}

/// A tenant with an administrator and a customer, and the path of its operators' page.
async fn business(app: &TestApp) -> (Id<Tenant>, Id<User>, String) {
    let atl = tenant(app, "atl").await;
    user(app, atl, "ada", &[Role::Admin]).await;
    let carl = user(app, atl, "carl", &[Role::Customer]).await;
    (atl, carl, format!("/operator/tenants/{atl}"))
}

async fn set_status(browser: &mut Browser, page: &str, was: &str, becomes: &str, reason: &str) -> Reply {
    let id = page.rsplit('/').next().unwrap().to_owned();
    let form = [("tenant", &*id), ("was", was), ("becomes", becomes), ("reason", reason)];
    browser.submit(page, "/api/operator_change_status", &form).await
}

async fn end(browser: &mut Browser, page: &str, was: &str, typed_name: &str) -> Reply {
    let id = page.rsplit('/').next().unwrap().to_owned();
    let form =
        [("tenant", &*id), ("was", was), ("becomes", "cancelled"), ("reason", "Left"), ("typed_name", typed_name)];
    browser.submit(page, "/api/operator_change_status", &form).await
}

/// Requests an impersonation; returns the link's path on the tenant's host.
async fn permit(browser: &mut Browser, page: &str, email: &str) -> String {
    let id = page.rsplit('/').next().unwrap().to_owned();
    let form = [("tenant", &*id), ("email", email), ("reason", "Ticket 7: can't see a booking")];
    let shown = browser.submit(page, "/api/operator_impersonate", &form).await;
    let link = shown.attribute("main a.button-primary", "href").unwrap_or_else(|| panic!("no link: {}", shown.text()));
    link.strip_prefix("http://atl.localhost").expect("leads to the tenant's host").to_owned()
}

/// Follows the link to the end: a session as that user on the tenant's host.
async fn act_as(app: &TestApp, browser: &mut Browser, page: &str, email: &str) -> Browser {
    let path = permit(browser, page, email).await;
    let mut there = app.browser("atl.localhost");
    let asked = there.get(&path).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    let token = asked.attribute("input[name=token]", "value").unwrap();
    let begun = there.post(&path, "/api/begin_impersonation", &[("token", &token)]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    there
}

#[tokio::test]
async fn operators_sign_in_on_their_own_host_and_nowhere_else() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ada", &[Role::Admin]).await;
    let mut browser = operator(&app).await;
    assert_eq!(browser.get("/operator").await.status, StatusCode::OK);

    let mut elsewhere = browser.on("atl.localhost");
    assert_eq!(elsewhere.get("/operator").await.status, StatusCode::NOT_FOUND, "no operators' page on a tenant's host");
    assert_eq!(elsewhere.get("/admin/board").await.location.as_deref(), Some("/sign-in?next=%2Fadmin%2Fboard"));
    let refused =
        elsewhere.post("/sign-in", "/api/operator_sign_in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let mut admin = app.browser("atl.localhost");
    admin.sign_in("ada@example.com").await;
    let mut curious = admin.on(HOST);
    assert_eq!(curious.get("/operator").await.location.as_deref(), Some("/sign-in?next=%2Foperator"));
    assert_eq!(
        curious.get("/admin/board").await.status,
        StatusCode::NOT_FOUND,
        "no tenant's page on the operators' host"
    );
    for call in ["sign_in", "edit_brand", "cancel_booking"] {
        let reply = curious.post("/sign-in", &format!("/api/{call}"), &[("email", "ada@example.com")]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{call}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_wrong_password_is_answered_like_an_unknown_operator_and_logged() {
    let app = TestApp::new().await;
    operator(&app).await;
    let mut browser = app.browser(HOST);
    for email in [EMAIL, "nobody@wayside.example"] {
        let form = [("email", email), ("password", "something else")];
        let page = browser.submit("/sign-in", "/api/operator_sign_in", &form).await;
        assert_eq!(page.all("#field-password-error"), ["E-mail or password is wrong."], "{email}");
        assert_eq!(page.attribute("#field-email", "value").as_deref(), Some(email), "what was typed stays");
        assert!(!page.html.contains("something else"));
    }
    assert_eq!(browser.get("/operator").await.status, StatusCode::SEE_OTHER);
    assert_eq!(logged(&app).await, ["sign_in", "sign_in_failed"], "only for the account that exists");
    app.done().await;
}

#[tokio::test]
async fn an_operators_session_ends_when_unused_when_old_and_by_hand() {
    let app = TestApp::new().await;
    let mut browser = operator(&app).await;
    app.pass(TimeDelta::minutes(59)).await;
    assert_eq!(browser.get("/operator").await.status, StatusCode::OK, "used within the hour");
    app.pass(TimeDelta::minutes(61)).await;
    assert_eq!(browser.get("/operator").await.status, StatusCode::SEE_OTHER, "unused for an hour");

    sign_in(&mut browser, PASSWORD).await;
    for _ in 0..11 {
        app.pass(TimeDelta::minutes(59)).await;
        assert_eq!(browser.get("/operator").await.status, StatusCode::OK);
    }
    app.pass(TimeDelta::minutes(59)).await;
    app.pass(TimeDelta::minutes(20)).await;
    assert_eq!(browser.get("/operator").await.status, StatusCode::SEE_OTHER, "twelve hours are enough");

    sign_in(&mut browser, PASSWORD).await;
    let mut stolen = browser.clone();
    browser.post("/operator", "/api/operator_sign_out", &[]).await;
    assert_eq!(stolen.get("/operator").await.status, StatusCode::SEE_OTHER, "the old cookie is worth nothing");
    app.done().await;
}

#[tokio::test]
async fn a_new_password_keeps_the_rule_and_signs_out_other_devices() {
    let app = TestApp::new().await;
    let mut browser = operator(&app).await;
    let mut other = app.browser(HOST);
    sign_in(&mut other, PASSWORD).await;
    let page = "/operator/account";
    let action = "/api/operator_change_password";
    for (now, new, field) in [
        ("wrong one", "four words in a row", "password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "password1234", "new_password"),
    ] {
        let shown = browser.submit(page, action, &[("password", now), ("new_password", new)]).await;
        assert_eq!(shown.all(&format!("#field-{field}-error")).len(), 1, "{new}: {}", shown.text());
    }
    browser.submit(page, action, &[("password", PASSWORD), ("new_password", "four words in a row")]).await;
    assert_eq!(browser.get("/operator").await.status, StatusCode::OK, "stays signed in here");
    assert_eq!(other.get("/operator").await.status, StatusCode::SEE_OTHER, "on this device only");
    assert_eq!(sign_in(&mut other, "four words in a row").await.location.as_deref(), Some("/operator"));
    app.done().await;
}

#[tokio::test]
async fn an_operator_resends_an_invitation_or_invites_another_administrator() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "boss", &[Role::Admin]).await;
    user(&app, atl, "dana", &[Role::Customer]).await;
    let mut browser = operator(&app).await;
    let (page, id) = (format!("/operator/tenants/{atl}"), atl.to_string());
    let mut invite = async |email: &str| {
        let fields = [("tenant", &*id), ("admin_name", "Pia"), ("admin_email", email)];
        browser.submit(&page, "/api/operator_invite_administrator", &fields).await.text()
    };
    let sent = invite("pia@example.com").await;
    assert!(sent.contains("Invited") && sent.contains("boss@example.com"), "{sent}");
    invite("pia@example.com").await;
    assert!(invite("boss@example.com").await.contains("They are already an administrator"));
    assert!(invite("dana@example.com").await.contains("An administrator can change its roles"));
    app.drain().await;
    let mails = app.mailbox("pia@example.com").await;
    let paths: Vec<_> = mails.iter().map(|mail| mail.links[0].split_once("/reset/").unwrap().1.to_owned()).collect();
    assert_eq!(paths.len(), 2);
    let mut pia = app.browser("atl.localhost");
    let [later, earlier] = [0, 1].map(|n| format!("/reset/{}", paths[n]));
    assert!(pia.get(&earlier).await.text().contains("has expired or was already used"));
    assert!(pia.get(&later).await.text().contains("password"));
    app.done().await;
}

/// The form of a new business.
fn peach<'a>(slug: &'a str, hosts: &'a str, offers: &'a str) -> [(&'a str, &'a str); 14] {
    [
        ("name", "Peach Tow"),
        ("slug", slug),
        ("hosts", hosts),
        ("reference_prefix", "pt"),
        ("region", "US"),
        ("zone", "America/New_York"),
        ("currency", "USD"),
        ("locale", "en-US"),
        ("phone", "(404) 555-0111"),
        ("email", "hi@peachtow.example"),
        ("center", "33.749, -84.388"),
        ("admin_name", "Pia Peach"),
        ("admin_email", "pia@peachtow.example"),
        (offers, "true"),
    ]
}

#[tokio::test]
async fn a_business_is_made_with_its_first_administrator_who_chooses_a_password() {
    let app = TestApp::new().await;
    let mut browser = operator(&app).await;
    let form = peach("peach-tow", "peach.localhost\nwww.peach.localhost", "verticals[roadside]");
    let made = browser.submit("/operator/tenants/new", "/api/operator_create_tenant", &form).await;
    assert!(made.text().contains("Peach Tow") && made.text().contains("Trial"), "{}", made.text());
    app.drain().await;
    for host in ["peach.localhost", "www.peach.localhost"] {
        assert_eq!(app.browser(host).get("/").await.status, StatusCode::OK, "{host}");
    }
    let mail = app.mailbox("pia@peachtow.example").await.pop().expect("an invitation");
    let path = mail.links[0].strip_prefix("http://peach.localhost").expect("leads to the new host").to_owned();
    assert!(mail.text.contains("within the next three days"), "{}", mail.text);
    let shown = app.browser("peach.localhost").get(&path).await.text();
    assert!(shown.contains("until Fri, Mar 6, 12:00 PM") && !shown.contains("hour"), "72 hours from now: {shown}");
    app.pass(TimeDelta::hours(71)).await;
    let mut pia = app.browser("peach.localhost");
    let token = path.rsplit('/').next().unwrap().to_owned();
    let set = [("token", &*token), ("password", "four words in a row")];
    pia.submit(&path, "/api/reset_password", &set).await;
    let credentials = [("email", "pia@peachtow.example"), ("password", "four words in a row")];
    pia.post("/sign-in", "/api/sign_in", &credentials).await;
    assert_eq!(pia.get("/admin/settings").await.status, StatusCode::OK, "the administrator of the new business");
    let services = pia.get("/admin/services").await.text();
    assert!(services.contains("Towing") && services.contains("Jump start"), "something to set prices for: {services}");
    assert!(!pia.get("/book").await.text().contains("Towing"), "nothing is offered without a price");

    sign_in(&mut browser, PASSWORD).await;
    let again = browser.submit("/operator/tenants/new", "/api/operator_create_tenant", &form).await;
    assert_eq!(again.all("#field-slug-error"), ["Another business has this short name."]);
    let wrong = [("name", ""), ("slug", "A B"), ("hosts", "http://x"), ("reference_prefix", "1"), ("center", "north")];
    let page = browser.submit("/operator/tenants/new", "/api/operator_create_tenant", &wrong).await;
    assert!(page.all(".field-error").len() >= 12, "{:?}", page.all(".field-error"));
    assert_eq!(page.all("#field-verticals-error"), ["Choose what the business offers."]);
    app.done().await;
}

#[tokio::test]
async fn a_new_business_has_nothing_of_what_it_does_not_offer() {
    let app = TestApp::new().await;
    let mut browser = operator(&app).await;
    let offered: [(_, _, _, &[&str]); 2] = [
        ("toys", "verticals[toy]", StatusCode::OK, &["toy"]),
        ("tows", "verticals[roadside]", StatusCode::NOT_FOUND, &["roadside"]),
    ];
    for (slug, offers, toys, starts_with) in offered {
        let host = format!("{slug}.localhost");
        browser.submit("/operator/tenants/new", "/api/operator_create_tenant", &peach(slug, &host, offers)).await;
        assert_eq!(app.browser(&host).get("/toys").await.status, toys, "{slug}");
        let id: Id<Tenant> = sqlx::query_scalar("select id from platform.tenants where slug = $1")
            .bind(slug)
            .fetch_one(&mut app.database.owner().await)
            .await
            .unwrap();
        let kinds: Vec<String> = sqlx::query_scalar("select distinct vertical from services")
            .fetch_all(&mut *begin(&app, id).await)
            .await
            .unwrap();
        assert_eq!(kinds, starts_with, "{slug}");
    }
    app.done().await;
}

#[tokio::test]
async fn a_business_ends_only_once_its_name_was_typed() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let name = find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap().name;
    let shown = browser.get(&page).await;
    assert_eq!(shown.all(".danger-zone h2"), ["End this business"], "apart from pausing");
    let refused = end(&mut browser, &page, "active", "Another business").await;
    let errors = refused.all("#field-cancelled-typed_name-error");
    assert!(errors.len() == 1 && errors[0].contains(&name), "{errors:?}");
    assert_eq!(refused.attribute("#field-cancelled-reason", "value").as_deref(), Some("Left"), "what was typed stays");
    end(&mut browser, &page, "active", &name).await;
    let kept = find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.status_reason.as_deref()), (Status::Cancelled, Some("Left")));
    app.done().await;
}

#[tokio::test]
async fn a_business_is_paused_resumed_and_cancelled_with_a_reason() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut customer = app.browser("atl.localhost");
    set_status(&mut browser, &page, "active", "paused", "The bill is unpaid").await;
    let closed = customer.get("/").await;
    assert_eq!(closed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(closed.text().contains("taking a break"), "{}", closed.text());
    assert!(!closed.text().contains("unpaid"), "the reason is nobody else's business");

    let late = end(&mut browser, &page, "active", "atl").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "it has another status by now");
    let silent = set_status(&mut browser, &page, "paused", "active", " ").await;
    assert!(silent.text().contains("Fill in this field"));
    assert_eq!(set_status(&mut browser, &page, "cancelled", "paused", "x").await.status, StatusCode::BAD_REQUEST);
    set_status(&mut browser, &page, "paused", "active", "Paid").await;
    assert_eq!(customer.get("/").await.status, StatusCode::OK);
    let kept = find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.status_reason.as_deref()), (Status::Active, Some("Paid")));
    let log = browser.get("/operator/log").await.text();
    assert!(log.contains("Tenant status changed") && log.contains("The bill is unpaid"), "{log}");
    app.done().await;
}

#[tokio::test]
async fn hosts_are_added_and_removed_and_belong_to_one_tenant() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    tenant(&app, "other").await;
    let mut browser = operator(&app).await;
    let id = atl.to_string();
    let mut edit = async |hosts: &str| {
        let form = [("tenant", &*id), ("name", "ATL Tow"), ("plan", "scale"), ("hosts", hosts)];
        browser.submit(&page, "/api/operator_edit_tenant", &form).await
    };
    edit("tow.example.com\natl.localhost").await;
    assert_eq!(app.browser("tow.example.com").get("/").await.status, StatusCode::OK);
    edit("tow.example.com").await;
    assert_eq!(app.browser("atl.localhost").get("/book").await.status, StatusCode::NOT_FOUND, "taken away");
    let kept = find_by_id(&mut *begin(&app, atl).await, atl).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.primary_host.as_deref()), ("ATL Tow", Some("tow.example.com")));
    for (hosts, complaint) in [
        ("other.localhost", "belongs to another business"),
        ("operator.localhost", "operators' own host"),
        ("https://tow.example.com", "not a host name"),
        ("", "at least one"),
    ] {
        let shown = edit(hosts).await;
        assert!(shown.all("#field-hosts-error")[0].contains(complaint), "{hosts}: {:?}", shown.all(".field-error"));
    }
    app.done().await;
}

#[tokio::test]
async fn a_list_of_businesses_is_searched_by_name_host_and_status() {
    let app = TestApp::new().await;
    for slug in ["atl", "other", "third"] {
        tenant(&app, slug).await;
    }
    let mut browser = operator(&app).await;
    for (query, found) in [
        ("", vec!["atl", "other", "third"]),
        ("?q=THIRD", vec!["third"]),
        ("?q=other.local", vec!["other"]),
        ("?q=%25", vec![]),
        ("?status=paused", vec![]),
        ("?status=nonsense&page=-1", vec!["atl", "other", "third"]),
    ] {
        assert_eq!(browser.get(&format!("/operator{query}")).await.all("a.row-link"), found, "{query}");
    }
    app.done().await;
}

#[tokio::test]
async fn work_that_was_given_up_is_tried_again_or_resolved() {
    let app = TestApp::new().await;
    tenant(&app, "atl").await;
    let mut browser = operator(&app).await;
    let mut owner = app.database.owner().await;
    let ids: Vec<i64> = sqlx::query_scalar(
        "insert into queue.tasks (kind, run_at, attempts, failed_at, last_error)
         select 'unheard_of', $1, 12, $1, 'nobody handles it' from generate_series(1, 2) returning id",
    )
    .bind(app.now())
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let shown = browser.get("/operator/health").await.text();
    assert!(shown.contains("unheard_of") && shown.contains("nobody handles it"), "{shown}");
    let (first, second) = (ids[0].to_string(), ids[1].to_string());
    browser.submit("/operator/health", "/api/operator_retry_task", &[("task", &first)]).await;
    browser.submit("/operator/health", "/api/operator_resolve_task", &[("task", &second)]).await;
    let left: Vec<(i64, i32, bool)> =
        sqlx::query_as("select id, attempts, failed_at is null from queue.tasks where kind = 'unheard_of'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(left, [(ids[0], 0, true)], "one waits again, the other is gone");
    let again = browser.post("/operator/health", "/api/operator_resolve_task", &[("task", &second)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn a_failing_deadline_is_shown_with_its_error_and_tried_again() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut browser = operator(&app).await;
    assert!(!browser.get("/operator/health").await.text().contains("Deadlines that keep failing"));
    let subject = uuid::Uuid::now_v7();
    let mut owner = app.database.owner().await;
    sqlx::query(
        "insert into queue.deadlines (tenant_id, kind, subject_id, due_at, attempts, last_error, retry_at)
         values ($1, 'dispatch', $2, $3, 4, 'panicked: bad luck', $4)",
    )
    .bind(atl)
    .bind(subject)
    .bind(app.now() - TimeDelta::minutes(7))
    .bind(app.now() + TimeDelta::minutes(5))
    .execute(&mut owner)
    .await
    .unwrap();
    let shown = browser.get("/operator/health").await.text();
    for text in ["Deadlines that keep failing", "panicked: bad luck", "4 attempts", "most overdue: 7 min"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let subject = subject.to_string();
    let form = [("kind", "dispatch"), ("subject", subject.as_str())];
    let said = browser.submit("/operator/health", "/api/operator_retry_deadline", &form).await;
    assert!(said.text().contains("It is being retried."), "{}", said.text());
    let waits: bool =
        sqlx::query_scalar("select retry_at is not null from queue.deadlines").fetch_one(&mut owner).await.unwrap();
    assert!(!waits);
    let unknown = [("kind", "booking"), ("subject", subject.as_str())];
    let reply = browser.post("/operator/health", "/api/operator_retry_deadline", &unknown).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    drop(owner);
    app.done().await;
}

#[tokio::test]
async fn an_operator_acts_as_a_user_with_a_mark_on_every_page_and_a_trace_at_both_ends() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut there = act_as(&app, &mut browser, &page, "carl@example.com").await;
    for path in ["/account/bookings", "/", "/book", "/nothing-here"] {
        let shown = there.get(path).await;
        assert_eq!(shown.all(".impersonation p"), ["Olivia, you act as carl."], "{path}");
    }
    let mut tx = begin(&app, atl).await;
    let (actor, action, details): (String, String, serde_json::Value) =
        sqlx::query_as("select actor, action, changes from audit_log where action like 'impersonation%'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert!(actor.starts_with("operator:") && action == "impersonation_began", "{actor} {action}");
    assert_eq!(details["reason"], "Ticket 7: can't see a booking");
    drop(tx);

    let ended = there.submit("/account/bookings", "/api/end_impersonation", &[]).await;
    assert!(ended.text().contains("You no longer act as carl."), "{}", ended.text());
    assert_eq!(there.get("/account/bookings").await.status, StatusCode::SEE_OTHER);
    let mut ada = app.browser("atl.localhost");
    ada.sign_in("ada@example.com").await;
    let told = ada.get("/admin/settings?part=support").await.all("#support td");
    assert!(told.contains(&"Olivia as carl".to_owned()), "{told:?}");
    assert_eq!(
        logged(&app).await,
        ["impersonation_asked", "impersonation_began", "impersonation_ended", "sign_in"],
        "all at the same moment"
    );
    let shown = browser.get(&page).await.text();
    assert!(shown.contains("Impersonation began") && shown.contains("Ticket 7"), "{shown}");
    app.done().await;
}

#[tokio::test]
async fn actions_of_an_impersonating_operator_name_both_people() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut there = act_as(&app, &mut browser, &page, "ada@example.com").await;
    let brand = [
        ("name", "Peach Tow"),
        ("phone", "(404) 555-0111"),
        ("email", "hi@peachtow.example"),
        ("brand_color", "#7a1f2b"),
        ("accent_color", "#d9a441"),
    ];
    there.submit("/admin/settings", "/api/edit_brand", &brand).await;
    let mut tx = begin(&app, atl).await;
    let actor: String = sqlx::query_scalar(
        "select actor from audit_log where object = 'tenants' and action = 'update' and changes ? 'name'",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert!(actor.starts_with("operator:") && actor.contains(" as user:"), "{actor}");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn the_link_works_once_within_a_minute_and_only_on_its_tenants_host() {
    let app = TestApp::new().await;
    let (_, _, page) = business(&app).await;
    tenant(&app, "other").await;
    let mut browser = operator(&app).await;
    let path = permit(&mut browser, &page, "carl@example.com").await;
    let token = path.rsplit('/').next().unwrap().to_owned();
    let begin =
        async |host: &str| app.browser(host).post(&path, "/api/begin_impersonation", &[("token", &token)]).await.status;
    assert_eq!(app.browser("other.localhost").get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(begin("other.localhost").await, StatusCode::CONFLICT);
    assert_eq!(begin("atl.localhost").await, StatusCode::SEE_OTHER);
    assert_eq!(begin("atl.localhost").await, StatusCode::CONFLICT, "used");
    assert_eq!(app.browser("atl.localhost").get(&path).await.status, StatusCode::NOT_FOUND);

    let path = permit(&mut browser, &page, "carl@example.com").await;
    app.pass(TimeDelta::seconds(61)).await;
    assert_eq!(app.browser("atl.localhost").get(&path).await.status, StatusCode::NOT_FOUND, "has expired");
    app.done().await;
}

#[tokio::test]
async fn an_impersonation_ends_after_half_an_hour_even_if_used() {
    let app = TestApp::new().await;
    let (_, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut there = act_as(&app, &mut browser, &page, "carl@example.com").await;
    for _ in 0..2 {
        app.pass(Impersonation::LONGEST / 2 - TimeDelta::seconds(10)).await;
        assert_eq!(there.get("/account/bookings").await.status, StatusCode::OK);
    }
    app.pass(TimeDelta::seconds(30)).await;
    assert_eq!(there.get("/account/bookings").await.status, StatusCode::SEE_OTHER);
    app.done().await;
}

#[tokio::test]
async fn an_impersonating_operator_cannot_change_the_accounts_security() {
    let app = TestApp::new().await;
    let (_, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut there = act_as(&app, &mut browser, &page, "carl@example.com").await;
    for (endpoint, fields) in [
        ("change_password", vec![("new_password", "four words in a row")]),
        ("change_email", vec![("email", "thief@example.com")]),
        ("confirm_password", vec![("password", PASSWORD)]),
        ("revoke_other_devices", vec![]),
    ] {
        let reply = there.post("/account/security", &format!("/api/{endpoint}"), &fields).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{endpoint}: {}", reply.text());
    }
    let mut carl = app.browser("atl.localhost");
    carl.sign_in("carl@example.com").await;
    app.done().await;
}

#[tokio::test]
async fn an_impersonation_needs_a_reason_and_an_existing_user() {
    let app = TestApp::new().await;
    let (atl, _, page) = business(&app).await;
    let mut browser = operator(&app).await;
    let id = atl.to_string();
    for (email, reason, field) in [
        ("carl@example.com", "no", "reason"),
        ("nobody@example.com", "Ticket 7", "email"),
        ("carl", "Ticket 7", "email"),
    ] {
        let form = [("tenant", &*id), ("email", email), ("reason", reason)];
        let shown = browser.submit(&page, "/api/operator_impersonate", &form).await;
        assert_eq!(shown.all(&format!("#field-{field}-error")).len(), 1, "{email} {reason}");
    }
    app.done().await;
}

#[tokio::test]
async fn only_operators_get_anything_out_of_their_functions() {
    let app = TestApp::new().await;
    let (atl, ..) = business(&app).await;
    for call in [
        "select * from app.operator_tenants(null, null, 10, 0)",
        "select * from app.operator_log(null, 10, 0)",
        "select * from app.operator_health()",
        "select * from app.failed_tasks(10)",
        "select * from app.failing_deadlines(10)",
        "select app.failing_deadline_retry('dispatch', gen_random_uuid())",
        "select app.tenant_set_status('active', 'paused', 'x')",
        "select app.tenant_set_terms('x', 'trial', '{x.y}')",
        "select app.operator_set_password('x', '')",
        "select app.operator_log_add('sign_in', '{}')",
    ] {
        let mut tx = begin(&app, atl).await;
        let refused = sqlx::query(sqlx::AssertSqlSafe(call)).execute(&mut *tx).await.expect_err(call);
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code).expect(call).into_owned();
        assert_eq!(code, "42501", "{call}");
    }
    app.done().await;
}

#[tokio::test]
async fn every_page_of_the_operators_is_for_operators_only_and_nonsense_is_not_found() {
    let app = TestApp::new().await;
    let (atl, ..) = business(&app).await;
    let mut browser = operator(&app).await;
    let mut stranger = app.browser(HOST);
    for route in crate::app::operator_routes() {
        let path =
            route.path.replace("{id}", &atl.to_string()).replace("{permit}", "00000000-0000-0000-0000-000000000000");
        let (seen, asked) = (stranger.get(&path).await, browser.get(&path).await);
        assert!(asked.status.as_u16() < 500, "{path}: {}", asked.text());
        if route.path == "/sign-in" || route.path == "/favicon.svg" {
            assert_eq!(seen.status, StatusCode::OK);
            continue;
        }
        if route.path == "/sign-in/code" {
            assert_eq!(seen.location.as_deref(), Some("/sign-in"), "nobody has typed a password");
            continue;
        }
        assert!(seen.location.unwrap().starts_with("/sign-in?next="), "{path}");
        for nonsense in ["0", "%00", "%27%3B--", "00000000-0000-0000-0000-000000000000"] {
            let path = route.path.replace("{id}", nonsense).replace("{permit}", nonsense);
            let query = format!("{path}?q={nonsense}&page={nonsense}&status={nonsense}&draft={nonsense}");
            let reply = browser.get(&query).await;
            let fine = if route.path.contains('{') {
                reply.status == StatusCode::NOT_FOUND
            } else {
                reply.status.as_u16() < 500
            };
            assert!(fine, "{query}: {} {}", reply.status, reply.text());
        }
    }
    app.done().await;
}
