use axum::http::StatusCode;
use chrono::TimeDelta;
use engine::{Amount, Commission, Id, Line, LineKind, Quote};
use uuid::Uuid;

use super::store::{self, Action, Filter};
use crate::{
    bookings::quotes::{self, QuoteKind},
    db::{Actor, Cause, paging::Cursor},
    identity::{Role, User},
    providers,
    tenants::{self, Tenant},
    testing::{A_PAGE, Browser, TestApp, TestDb, begin, booking, provider, service, tenant, there_and_back, user},
};

/// Tables whose changes aren't logged, and why.
const EXEMPT: [(&str, &str); 18] = [
    ("audit_log", "the log itself"),
    ("booking_events", "a log"),
    ("dispatch_decisions", "a log"),
    ("email_changes", "a question; the change it leads to is logged"),
    ("form_drafts", "forms in the making"),
    ("identity_links", "written once, at the sign-in that is logged"),
    ("job_sightings", "a log of what was shown"),
    ("ledger_rows", "append-only, and a record of its own"),
    ("notifications", "a log of messages"),
    ("one_time_tokens", "like sessions: what they bring about is logged"),
    ("payout_items", "written once, with its payout"),
    ("phone_codes", "like sessions: what they bring about is logged"),
    ("postings", "append-only, and a record of its own"),
    ("provider_positions", "a log of movement, many times a minute"),
    ("quote_lines", "written once, with its quote"),
    ("recovery_codes", "like sessions: what they bring about is logged"),
    ("second_factors", "like sessions: setting up and removing one are logged actions"),
    ("_sqlx_migrations", "not of the business"),
];

#[tokio::test]
async fn every_business_table_is_audited_but_those_exempt_by_name() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    let unaudited: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit' and t.tgenabled = 'O' and t.tgtype = 29)
         order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut exempt: Vec<&str> = EXEMPT.iter().map(|(table, _)| *table).collect();
    exempt.sort_unstable();
    assert_eq!(
        unaudited, exempt,
        "`call platform.audit('…')` in the table's migration, or exempt it here with a reason"
    );
    drop(owner);
    database.drop().await;
}

struct Office {
    app: TestApp,
    tenant: Id<Tenant>,
    ann: Id<User>,
    boss: Browser,
}

impl Office {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let tenant = tenant(&app, "atl").await;
        let ann = user(&app, tenant, "ann", &[Role::Customer]).await;
        user(&app, tenant, "boss", &[Role::Admin]).await;
        let mut boss = app.browser("atl.localhost").at("192.0.2.44");
        boss.sign_in("boss@example.com").await;
        Self { app, tenant, ann, boss }
    }

    /// The actions on a person, the newest first, with their addresses.
    async fn actions_on(&self, person: Id<User>) -> Vec<(String, String)> {
        sqlx::query_as(
            "select action, coalesce(address, '') from audit_log where object = 'users' and object_id = $1 and action not in ('insert', 'update')
             order by at desc, id desc",
        )
        .bind(person)
        .fetch_all(&mut *begin(&self.app, self.tenant).await)
        .await
        .unwrap()
    }

    /// The rows of the list for this query.
    async fn list(&mut self, query: &str) -> Vec<String> {
        let page = self.boss.get(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        page.all("tbody tr")
    }
}

#[tokio::test]
async fn signing_in_failing_and_signing_out_are_on_record() {
    let office = Office::new().await;
    let mut browser = office.app.browser("atl.localhost").at("203.0.113.5");
    let wrong = [("email", "ann@example.com"), ("password", "wrong-wrong-wrong")];
    browser.post("/sign-in", "/api/sign_in", &wrong).await;
    office.app.app.db.clock.advance(TimeDelta::minutes(1));
    browser.sign_in("ann@example.com").await;
    office.app.app.db.clock.advance(TimeDelta::minutes(1));
    browser.post("/account/bookings", "/api/sign_out", &[]).await;
    let actions = office.actions_on(office.ann).await;
    let here = |action: &str| (action.to_owned(), "203.0.113.5".to_owned());
    assert_eq!(actions, [here("sign_out"), here("sign_in"), here("sign_in_failed")]);
    office.app.done().await;
}

#[tokio::test]
async fn a_failed_sign_in_to_no_account_is_on_record_without_what_was_typed() {
    let mut office = Office::new().await;
    let wrong = [("email", "stranger@example.com"), ("password", "wrong-wrong-wrong")];
    office.app.browser("atl.localhost").post("/sign-in", "/api/sign_in", &wrong).await;
    let listed = office.list("action=sign_in_failed").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0].contains("Guest") && !listed[0].contains("stranger"), "{listed:?}");
    office.app.done().await;
}

#[tokio::test]
async fn the_list_says_in_words_what_changed_and_hides_what_is_personal() {
    let mut office = Office::new().await;
    let service = service(&office.app, office.tenant, "lockout", 13_500, None).await;
    let booked = booking(&office.app, office.tenant, service).await;
    let actor = Actor(format!("user:{}", office.ann));
    let cause = Cause { request_id: "request-9", address: "203.0.113.9" };
    let mut tx = office.app.app.db.begin(office.tenant, &actor, cause).await.unwrap();
    for change in [
        "update prices set base_amount = 15000",
        "update users set phone = '+14045550177', roles = '{customer,staff}' where name = 'ann'",
        "update bookings set contact_name = 'Somebody Secret'",
    ] {
        sqlx::query(change).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();

    let prices = office.list("object=prices&action=update").await;
    assert!(prices[0].contains("Base amount: $135.00 → $150.00") && prices[0].contains("ann"), "{prices:?}");
    let accounts = office.list("object=users&action=update&person=ann@example.com").await;
    let accounts: Vec<_> = accounts.into_iter().filter(|entry| entry.contains("203.0.113.9")).collect();
    assert!(accounts[0].contains("Roles: customer → customer, staff"), "{accounts:?}");
    assert!(accounts[0].contains("Phone: •••") && accounts[0].contains("203.0.113.9"), "{accounts:?}");
    let bookings = office.list(&format!("about={}", booked.reference)).await;
    let bookings: Vec<_> = bookings.into_iter().filter(|entry| entry.contains("203.0.113.9")).collect();
    assert!(
        bookings[0].contains("Contact name: changed") && bookings[0].contains(&booked.reference.to_string()),
        "{bookings:?}"
    );
    let everything = office.boss.get("/admin/audit").await.html;
    for personal in ["Secret", "0177", "ann@example.com"] {
        assert!(!everything.contains(personal), "{personal}");
    }
    office.app.done().await;
}

#[tokio::test]
async fn figures_in_the_log_have_the_units_and_the_clock_of_every_other_page() {
    let mut office = Office::new().await;
    let towing = service(&office.app, office.tenant, "towing", 12_500, Some(300)).await;
    let booked = booking(&office.app, office.tenant, towing).await;
    let ada = provider(&office.app, office.tenant, "Ada", None, &["towing"]).await;
    let mut tx = begin(&office.app, office.tenant).await;
    sqlx::query("insert into roadside_bookings (booking_id, vehicle_year, vehicle_make, vehicle_model, vehicle_color, actual_miles) values ($1, 2019, 'Honda', 'Civic', 'Blue', 60)")
        .bind(booked.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    let less = Quote::fixed(vec![Line::single(LineKind::Mileage, "Mileage, 6 miles driven", Amount(-1_200))]).unwrap();
    quotes::insert_approved(&mut tx, booked.id, QuoteKind::Adjustment, &less, "system").await.unwrap();
    let on_duty_since = tx.now;
    providers::store::set_on_duty(&mut tx, ada, Some(on_duty_since)).await.unwrap();
    providers::store::set_commission(&mut tx, ada, Commission::Percentage("66.67".parse().unwrap())).await.unwrap();
    tx.commit().await.unwrap();

    let miles = office.list("object=roadside_bookings").await;
    assert!(miles[0].contains("Actual miles: 6.0"), "{miles:?}");
    let quotes = office.list("object=quotes").await;
    let adjustment = quotes.iter().find(|entry| entry.contains("adjustment")).unwrap();
    assert!(adjustment.contains("Total amount: -$12.00") && !adjustment.contains("Ceiling"), "{adjustment}");
    assert!(quotes.iter().any(|entry| entry.contains("Ceiling amount: $180.40")), "{quotes:?}");
    let commission = office.list("object=providers&action=update").await;
    assert!(commission.iter().any(|entry| entry.contains("Commission rate: 70% → 66.67%")), "{commission:?}");
    let tenant =
        tenants::find_by_id(&mut *begin(&office.app, office.tenant).await, office.tenant).await.unwrap().unwrap();
    let exact = |at| tenant.exact(at).replace('\u{a0}', " "); // a page's text has plain spaces
    let on_duty = format!("On duty since: {}", exact(on_duty_since));
    assert!(commission.iter().any(|entry| entry.contains(&on_duty)), "{commission:?}");
    let when = exact(office.app.now());
    assert!(miles[0].contains(&when) && when.contains(&tenant.date(office.app.now())) && when.ends_with('M'), "{when}");
    office.app.done().await;
}

#[tokio::test]
async fn entries_of_one_request_are_one_row_with_its_object() {
    let mut office = Office::new().await;
    let service = service(&office.app, office.tenant, "lockout", 13_500, None).await;
    let booked = booking(&office.app, office.tenant, service).await;
    office.app.app.db.clock.advance(TimeDelta::minutes(1));
    let actor = Actor(format!("user:{}", office.ann));
    let cause = Cause { request_id: "request-9", address: "203.0.113.9" };
    let mut tx = office.app.app.db.begin(office.tenant, &actor, cause).await.unwrap();
    for change in [
        "update prices set base_amount = 15000",
        "update bookings set contact_name = 'Somebody'",
        "insert into staff_alerts (id, booking_id, kind, message) select gen_random_uuid(), id, 'search_failed', 'x' from bookings",
    ] {
        sqlx::query(change).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let rows = office.list("").await;
    let row: Vec<_> = rows.iter().filter(|row| row.contains("203.0.113.9")).collect();
    assert_eq!(row.len(), 1, "{rows:?}");
    let reference = booked.reference.to_string();
    assert!(
        row[0].contains(&format!("ChangedBooking {reference}")),
        "the booking is named once for all its changes: {row:?}"
    );
    assert!(row[0].contains("2 more changes") && row[0].contains(&format!("Booking: {reference}")), "{row:?}");
    assert!(row[0].contains("Changed Price lockout") && !row[0].contains('…'), "no ids: {row:?}");
    office.app.done().await;
}

#[tokio::test]
async fn the_list_is_filtered_by_person_thing_deed_and_day() {
    let mut office = Office::new().await;
    office.app.app.db.clock.advance(TimeDelta::days(2));
    office.app.browser("atl.localhost").sign_in("ann@example.com").await;
    office.boss.sign_in("boss@example.com").await; // two days are too long for a session of staff
    assert_eq!(office.list("person=ann@example.com&action=security").await.len(), 1);
    assert_eq!(office.list(&format!("person={}&action=sign_in", office.ann)).await.len(), 1);
    assert_eq!(office.list("action=sign_in").await.len(), 3);
    assert_eq!(office.list("action=sign_in&from=2026-03-04").await.len(), 2, "from is the tenant's day");
    assert_eq!(office.list("action=sign_in&until=2026-03-04").await.len(), 1);
    assert_eq!(office.list("person=nobody@example.com").await.len(), 0);
    assert_eq!(office.list("about=nonsense").await.len(), 0);
    assert!(office.list("object=nonsense&from=nonsense&page=-1").await.is_empty());
    let said = office.boss.get("/admin/audit?from=nonsense&until=2026-03-04").await.text();
    assert!(said.contains("Choose a day"), "{said}");
    let said = office.boss.get("/admin/audit?from=2026-03-05&until=2026-03-04").await.text();
    assert!(said.contains("This is before the other day"), "{said}");
    office.app.done().await;
}

#[tokio::test]
async fn exports_are_on_record_also_those_of_the_log() {
    let mut office = Office::new().await;
    let file = office.boss.get("/admin/audit.csv?action=sign_in").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.html.starts_with("\u{feff}When (America/New_York),Who,Action") && file.html.contains("192.0.2.44"),
        "{}",
        file.html
    );
    office.boss.get("/admin/bookings.csv").await;
    let listed = office.list("action=export").await;
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(
        listed.iter().any(|entry| entry.contains("File: audit-2026-03-03.csv") && entry.contains("Rows: 1")),
        "{listed:?}"
    );
    office.app.done().await;
}

#[tokio::test]
async fn staff_and_customers_have_no_audit_log() {
    let office = Office::new().await;
    user(&office.app, office.tenant, "staff", &[Role::Staff]).await;
    for name in ["staff", "ann"] {
        let mut browser = office.app.browser("atl.localhost");
        browser.sign_in(&format!("{name}@example.com")).await;
        for page in ["/admin/audit", "/admin/audit.csv"] {
            assert_eq!(browser.get(page).await.status, StatusCode::NOT_FOUND, "{name} at {page}");
        }
        assert!(!browser.get("/admin/board").await.html.contains("/admin/audit"));
    }
    office.app.done().await;
}

#[tokio::test]
async fn an_event_cannot_imitate_a_change_and_names_the_acting_operator() {
    let office = Office::new().await;
    let actor = Actor(format!("operator:{} as user:{}", uuid::Uuid::now_v7(), office.ann));
    let mut tx = office.app.app.db.begin(office.tenant, &actor, Cause::default()).await.unwrap();
    super::event(&mut tx, "impersonation_began", None, serde_json::json!({})).await.unwrap();
    let person: Option<Id<User>> =
        sqlx::query_scalar("select person from audit_log where action = 'impersonation_began'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(person, Some(office.ann));
    assert!(super::event(&mut tx, "update", None, serde_json::json!({})).await.is_err());
    drop(tx);
    office.app.done().await;
}

#[tokio::test]
async fn addresses_are_forgotten_after_half_a_year_and_the_rest_stays() {
    let office = Office::new().await;
    office.app.schedule().await;
    office.app.pass(TimeDelta::days(181)).await;
    let (entries, with_address): (i64, i64) =
        sqlx::query_as("select count(*), count(address) from audit_log where action = 'sign_in'")
            .fetch_one(&mut *begin(&office.app, office.tenant).await)
            .await
            .unwrap();
    assert_eq!((entries, with_address), (1, 0));
    office.app.done().await;
}

#[tokio::test]
async fn a_tenants_settings_are_logged_for_that_tenant() {
    let mut office = Office::new().await;
    let other = tenant(&office.app, "other").await;
    let mut owner = office.app.database.owner().await;
    sqlx::query("update platform.tenants set settings = '{\"offer_seconds\": 45}' where slug = 'atl'")
        .execute(&mut owner)
        .await
        .unwrap();
    drop(owner);
    let listed = office.list("object=tenants&action=update").await;
    assert!(listed.iter().any(|entry| entry.contains("Offer seconds: 45")), "{listed:?}");
    let elsewhere: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where object = 'tenants' and changes ? 'settings' and action = 'update'",
    )
    .fetch_one(&mut *begin(&office.app, other).await)
    .await
    .unwrap();
    assert_eq!(elsewhere, 0);
    office.app.done().await;
}

#[tokio::test]
async fn personal_values_are_logged_as_hashes_and_the_list_stays_readable() {
    let mut office = Office::new().await;
    let mut tx = begin(&office.app, office.tenant).await;
    sqlx::query("update users set status = 'suspended', status_reason = 'Drunk on the job' where id = $1")
        .bind(office.ann)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut owner = office.app.database.owner().await;
    sqlx::query(
        "update platform.tenants set maintenance_note = 'Ann Archer is ill', status_reason = 'Call Ann Archer', primary_host = 'atl.localhost'",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    drop(owner);
    let logged: Vec<String> =
        sqlx::query_scalar("select changes::text from audit_log where changes ?| '{status_reason,maintenance_note}'")
            .fetch_all(&mut *begin(&office.app, office.tenant).await)
            .await
            .unwrap();
    assert!(logged.len() >= 2, "{logged:?}");
    for entry in &logged {
        assert!(!entry.contains("Drunk") && !entry.contains("Archer") && entry.contains("\"#"), "{entry}");
    }
    let listed = office.list("object=users&action=update").await;
    assert!(
        listed.iter().any(|entry| entry.contains("Status: active → suspended") && entry.contains("Status reason")),
        "{listed:?}"
    );
    office.app.done().await;
}

#[tokio::test]
async fn the_audit_log_is_paged_to_the_end_and_back_with_every_filter() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let lockout = service(&app, atl, "lockout", 13_500, None).await;
    for _ in 0..7 {
        booking(&app, atl, lockout).await;
    }
    let mut owner = app.database.owner().await;
    let person = Uuid::now_v7();
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(atl.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query(
        "insert into audit_log (tenant_id, actor, action, object, object_id, changes, at)
         select $1, case when n % 2 = 0 then 'user:' || $2 else 'guest' end, case when n % 5 = 0 then 'sign_in' else 'update' end,
                'users', case when n % 3 = 0 then $2::uuid end, '{}', now() - n / 4 * interval '1 minute' from generate_series(1, 24) n",
    )
    .bind(atl)
    .bind(person.to_string())
    .execute(&mut owner)
    .await
    .unwrap();
    let mut tx = begin(&app, atl).await;
    let everything: i64 = sqlx::query_scalar("select count(*) from audit_log").fetch_one(&mut *tx).await.unwrap();
    let of = |object: &str| Some(object.to_owned());
    for (filter, condition, many) in [
        (Filter::default(), "true", everything),
        (
            Filter { person: Some(person.into()), ..Default::default() },
            "person = $1 or object = 'users' and object_id = $1",
            16,
        ),
        (
            Filter { person: Some(person.into()), action: Some(Action::Security), ..Default::default() },
            "(person = $1 or object = 'users' and object_id = $1) and action = 'sign_in'",
            3,
        ),
        (Filter { object: of("bookings"), ..Default::default() }, "object = 'bookings'", 7),
        (Filter { object_id: Some(person), ..Default::default() }, "object_id = $1", 8),
        (Filter { action: Some(Action::Of("delete".to_owned())), ..Default::default() }, "action = 'delete'", 0),
    ] {
        let read = there_and_back(&mut tx, async |tx, cursor: Cursor<Uuid>| {
            store::list(tx, &filter, cursor, A_PAGE).await.unwrap().map(|entry| entry.id)
        });
        let read = read.await;
        let all =
            format!("select id from audit_log where ({condition}) and $1::uuid is not null order by at desc, id desc");
        let all: Vec<Uuid> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(all)).bind(person).fetch_all(&mut *tx).await.unwrap();
        assert_eq!((i64::try_from(read.len()).unwrap(), &read), (many, &all), "{filter:?}");
        assert_eq!(store::count(&mut tx, &filter).await.unwrap(), many);
    }
    drop((tx, owner));
    app.done().await;
}
