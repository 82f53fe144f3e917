use engine::Id;
use sqlx::AssertSqlSafe;

use crate::{
    checks,
    db::Tx,
    seeds::{self, Folder, folder},
    tenants::{Tenant, find_by_host},
    testing::{TestApp, begin},
};

static LIBRARY: Folder = folder!("src/testing/toy/demo", "trips", "deeds");

async fn load(app: &TestApp, folder: &'static Folder) -> anyhow::Result<()> {
    seeds::load_folder(&app.app.db, &mut app.database.owner().await, &app.app.keys, folder).await
}

/// The application with the library's demo, and a transaction of it.
async fn played() -> (TestApp, Tx) {
    let app = TestApp::new().await;
    load(&app, &LIBRARY).await.unwrap_or_else(|error| panic!("{error:#}"));
    let mut tx = app.app.db.begin_platform().await.unwrap();
    let id: Id<Tenant> = find_by_host(&mut tx, "toy-library.localhost").await.unwrap().unwrap().id;
    drop(tx);
    let tx = begin(&app, id).await;
    (app, tx)
}

async fn count(tx: &mut Tx, what: &'static str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(&mut **tx).await.unwrap()
}

async fn texts(tx: &mut Tx, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap()
}

/// The library with other words in one of its tables.
fn with(table: &str, words: &str, others: &str) -> &'static Folder {
    let changed = |(name, text): &(&'static str, &'static str)| {
        if *name != table {
            return (*name, *text);
        }
        assert!(text.contains(words), "{words}");
        (*name, &*text.replace(words, others).leak())
    };
    let tables: Vec<_> = LIBRARY.tables.iter().map(changed).collect();
    Box::leak(Box::new(Folder { path: LIBRARY.path, tenant: LIBRARY.tenant, tables: tables.leak() }))
}

#[tokio::test]
async fn a_demo_of_stays_legs_crews_seats_and_requests_obeys_every_law() {
    let (app, mut tx) = played().await;
    assert_eq!(checks::violations(&mut tx).await.unwrap(), []);
    for (what, expected) in [
        ("bookings", 16),
        ("bookings where phase = 'pending'", 1),
        ("bookings where phase = 'cancelled'", 3),
        ("bookings where phase = 'completed'", 6),
        ("jobs", 8),
        ("jobs where state = 'done'", 5),
        ("jobs where is_published", 2),
        ("job_bookings where job_id in (select id from jobs where is_published)", 3),
        ("assignments where job_id in (select id from jobs where staff_needed = 3)", 6),
        ("payouts where status = 'paid'", 1),
        ("reviews", 3),
    ] {
        assert_eq!(count(&mut tx, what).await, expected, "{what}");
    }
    let handed_over = "toy_bookings where shape = 'legs' and handed_over_at is not null";
    assert_eq!(count(&mut tx, handed_over).await, 2, "what a kind asks before a step is told");
    drop(tx);
    app.drain().await;
    app.done().await;
}

#[tokio::test]
async fn each_job_of_a_demo_is_done_by_those_whom_its_row_names() {
    let (app, mut tx) = played().await;
    let done = texts(
        &mut tx,
        "select j.kind || ': ' || string_agg(split_part(p.name, ' ', 1), ' ' order by a.leads desc, p.name)
         from jobs j
         join assignments a on (a.tenant_id, a.job_id) = (j.tenant_id, j.id) and a.end_reason is null
         join providers p on (p.tenant_id, p.id) = (a.tenant_id, a.provider_id)
         group by j.id, j.kind, j.window_start order by j.window_start",
    )
    .await;
    let expected = [
        "pickup: Ada",
        "return: Ben",
        "trip: Dora",
        "carry: Ada Ben Cleo",
        "pickup: Ada",
        "return: Ben",
        "carry: Cleo Ada Ben",
        "trip: Dora",
    ];
    assert_eq!(done, expected);
    let ways = texts(
        &mut tx,
        "select distinct case when j.dispatching = 'discover' then 'taken' when o.id is not null then 'accepted' else 'assigned' end
         from jobs j
         left join offers o on (o.tenant_id, o.job_id) = (j.tenant_id, j.id) and o.state = 'accepted' order by 1",
    )
    .await;
    assert_eq!(ways, ["accepted", "assigned", "taken"]);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_request_of_a_demo_is_answered_by_the_provider_who_offers_the_service() {
    let (app, mut tx) = played().await;
    let answered = texts(
        &mut tx,
        "select (a.changes -> 'phase' ->> 1) || ' by ' || coalesce(p.name, a.actor)
         from audit_log a
         left join providers p on p.tenant_id = a.tenant_id and a.actor = 'user:' || p.user_id
         where a.object = 'bookings' and a.changes -> 'phase' ->> 0 = 'pending' order by a.at",
    )
    .await;
    assert_eq!(answered, ["confirmed by Olga Stein", "cancelled by system", "cancelled by Olga Stein"]);
    let earned = texts(
        &mut tx,
        "select p.name || ' ' || e.amount from earnings e
         join providers p on (p.tenant_id, p.id) = (e.tenant_id, e.provider_id)
         where e.job_id is null and e.kind <> 'cash_kept' order by 1",
    )
    .await;
    assert_eq!(earned, ["Olga Stein 2700"], "90% of $30, without a job");
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn services_of_a_demo_have_their_owners_states_and_prices_by_class_and_number() {
    let (app, mut tx) = played().await;
    let services = texts(
        &mut tx,
        "select s.slug || ' ' || s.status || coalesce(' of ' || p.name, '') || coalesce(': ' || s.status_reason, '')
         from services s left join providers p on (p.tenant_id, p.id) = (s.tenant_id, s.provider_id) order by s.position",
    )
    .await;
    let expected = [
        "kite active",
        "drum paused",
        "stilts active of Olga Stein",
        "hoop draft of Olga Stein",
        "yo-yo in_review of Olga Stein",
        "pogo suspended of Olga Stein: One broke",
    ];
    assert_eq!(services, expected);
    let prices = texts(
        &mut tx,
        "select concat_ws(' ', p.line, p.vehicle_class, p.min_units, p.max_units, p.base_amount, case when p.effective_from > app.now() then 'later' end)
         from prices p join services s on (s.tenant_id, s.id) = (p.tenant_id, p.service_id)
         where s.slug = 'kite' order by p.line, p.base_amount",
    )
    .await;
    let expected = [
        "concierge small 1 1000",
        "concierge large 1 2500",
        "extension any 5 1500",
        "extension any 1 4 2000",
        "service any 1 4000",
        "service any 1 4500 later",
    ];
    assert_eq!(prices, expected);
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_demo_that_cannot_have_happened_is_refused_with_the_row_that_is_wrong() {
    let cases = [
        (with("work", "legs-done,pickup", "stay-done,,ada,manual,,,,\nlegs-done,pickup"), "stay-done is no job"),
        (with("work", ",trip-02,", ",trip-09,"), "no published job trip-09"),
        (with("work", "crew-ahead,,cleo ada ben,manual,,,,\n", ""), "crew-ahead is confirmed, not dispatched"),
        (
            with("work", "ben,manual,assigned", "ben,manual,en_route"),
            "the job legs-now return is assigned, not en_route",
        ),
        (with("bookings", "dana,stilts,requested", "dana,stilts,completed"), "not completed"),
        (with("deeds", "stay-longer", "dance"), "doesn't know how to dance"),
        (with("prices", "kite,concierge,job,small", "kite,mileage,mile,"), "kite has no mileage for a mile"),
    ];
    for (folder, expected) in cases {
        let app = TestApp::new().await;
        let error = format!("{:#}", load(&app, folder).await.unwrap_err());
        assert!(error.contains(expected), "{error}");
        app.done().await;
    }
}
