use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, PgConnection};

use crate::testing::{
    Process, Reply,
    access::{Business, Call, Person, World, functions, pages},
};

/// Rows of the other tenant in each large table.
const MANY: i32 = 300_000;

/// The most rows of the large tables that one request of a small tenant may read: the export of a person's data reads their hundreds of bookings once for
/// each table that refers to them.
const READ_AT_MOST: i64 = 15_000;

/// The time limit for a page of the large tenant, in a debug build beside other tests.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Two tenants, one of them with full tables.
async fn crowded() -> (World, PgConnection) {
    let world = World::new().await;
    let mut owner = world.app.database.owner().await;
    let fill = concat!(include_str!("filling.sql"), include_str!("crowd.sql"))
        .replace("$tenant", &world.theirs.tenant.to_string())
        .replace("$many", &MANY.to_string());
    sqlx::raw_sql(AssertSqlSafe(fill)).execute(&mut owner).await.unwrap();
    (world, owner)
}

/// Rows read of each large table so far, by sequential or index scan.
async fn rows_read(owner: &mut PgConnection) -> BTreeMap<String, i64> {
    sqlx::query_as(
        "select relname::text, (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables
         where relid = any (select id from filled)",
    )
    .fetch_all(owner)
    .await
    .unwrap()
    .into_iter()
    .collect()
}

/// The application's connections to this database.
async fn connections(owner: &mut PgConnection) -> Vec<i32> {
    sqlx::query_scalar(
        "select pid from pg_stat_activity where datname = current_database() and usename = 'wayside_app'",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

/// The reply to a request and the rows it reads. A separate process answers it, because connections report their reads when they close, and an idle one
/// reports those of its last second only later.
async fn read_by(
    at: &Business,
    owner: &mut PgConnection,
    person: Person,
    call: &Call,
    endpoint: Option<&str>,
) -> (Reply, BTreeMap<String, i64>) {
    let before = rows_read(owner).await;
    let others = connections(owner).await;
    let process = Process::start(at.app()).await;
    let browser = call.sender.clone().unwrap_or_else(|| at.browser(person));
    let mut browser = process.serve(&browser.on(call.host.unwrap_or(&at.host)));
    let reply = match endpoint {
        Some(endpoint) => browser.call(&format!("/api/{endpoint}"), &call.fields).await,
        None => browser.get(&call.path).await,
    };
    drop(browser);
    process.end().await;
    while connections(owner).await.iter().any(|connection| !others.contains(connection)) {
        tokio::task::yield_now().await;
    }
    let mut read = rows_read(owner).await;
    for (table, rows) in &mut read {
        *rows -= before.get(table).copied().unwrap_or_default();
    }
    (reply, read)
}

#[tokio::test]
async fn three_hundred_thousand_rows_next_door_are_never_read() {
    let (world, mut owner) = crowded().await;
    let mut complaints = Vec::new();
    let at = &world.ours;
    let lines = pages().into_iter().map(|line| (line.path, None, line.may, line.prepare));
    let actions = functions().into_iter().map(|line| (line.endpoint, Some(line.endpoint), line.may, line.prepare));
    for (name, endpoint, may, prepare) in lines.chain(actions) {
        let person = may[0];
        let call = prepare(at, person).await;
        let (reply, read) = read_by(at, &mut owner, person, &call, endpoint).await;
        // The erasure ends with a search of every column, which no index can speed up; it runs once in an account's life.
        if name.starts_with("erase_") {
            continue;
        }
        let read: BTreeMap<_, _> = read.into_iter().filter(|(_, rows)| *rows > READ_AT_MOST).collect();
        if !read.is_empty() {
            complaints.push(format!("{name} ({}) reads {read:?}", reply.status));
        }
    }
    // The large tenant's lists stay usable.
    let theirs = &world.theirs;
    for line in pages().into_iter().filter(|line| line.may.contains(&Person::Admin) && line.path.starts_with("/admin"))
    {
        let call = (line.prepare)(theirs, Person::Admin).await;
        let begun = Instant::now();
        let reply = theirs.browser(Person::Admin).get(&call.path).await;
        let took = begun.elapsed();
        if took > TIME_LIMIT || reply.status.is_server_error() {
            complaints.push(format!("{} ({}) takes {took:?} where there are {MANY} rows", line.path, reply.status));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    drop(owner);
    world.done().await;
}

/// Rows that a page of a long list reads of each table: the page, the rows it counts, and some that a filter skips (three of four jobs). How many depends
/// on the plan, and the plan on a random sample; without an index it would be all 300,000.
const READ_FOR_A_PAGE: i64 = 6_000;

#[tokio::test]
async fn a_page_of_a_long_list_reads_few_rows_with_any_filter_and_order() {
    let (world, mut owner) = crowded().await;
    let at = &world.theirs;
    let (booking, day, person): (String, String, String) = sqlx::query_as(
        "select reference, created_at::date::text, (select id::text from users limit 1) from bookings where id = '00000000-0000-7000-8000-00000000c350'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let mut complaints = Vec::new();
    for list in [
        "/admin/board".to_owned(),
        "/admin/bookings".to_owned(),
        "/admin/bookings?sort=created".to_owned(),
        "/admin/bookings?sort=customer".to_owned(),
        "/admin/bookings?sort=-customer".to_owned(),
        "/admin/bookings?phase=completed".to_owned(),
        "/admin/bookings?phase=completed&sort=customer".to_owned(),
        "/admin/bookings?phase=pending&sort=customer".to_owned(),
        format!("/admin/bookings?phase=completed&from={day}&until={day}"),
        format!("/admin/bookings?after={booking}"),
        format!("/admin/bookings?sort=customer&phase=completed&before={booking}"),
        "/admin/bookings/new?customer=Customer+777".to_owned(),
        "/admin/bookings/new?customer=1205+0000777".to_owned(),
        "/admin/jobs".to_owned(),
        "/admin/jobs?show=past".to_owned(),
        "/admin/jobs?show=cancelled".to_owned(),
        "/admin/payments".to_owned(),
        "/admin/payments?status=confirmed".to_owned(),
        "/admin/payments?status=failed".to_owned(),
        "/admin/payments?method=cash&status=confirmed".to_owned(),
        "/admin/payments?method=zelle".to_owned(),
        "/admin/payouts".to_owned(),
        "/admin/audit".to_owned(),
        "/admin/audit?object=bookings".to_owned(),
        "/admin/audit?object=bookings&action=update".to_owned(),
        "/admin/audit?object=erasures".to_owned(),
        "/admin/audit?action=security".to_owned(),
        "/admin/audit?action=sign_in".to_owned(),
        format!("/admin/audit?from={day}&until={day}"),
        format!("/admin/audit?person={person}"),
        format!("/admin/audit?about={booking}"),
    ] {
        let mut path = Some(list);
        // The first page of the list, and the next one.
        for _ in 0..2 {
            let Some(address) = path.take() else { break };
            let call = Call::to(address.clone());
            let (page, read) = read_by(at, &mut owner, Person::Admin, &call, None).await;
            let read: BTreeMap<_, _> = read.into_iter().filter(|(_, rows)| *rows > READ_FOR_A_PAGE).collect();
            if page.status != 200 || !read.is_empty() {
                complaints.push(format!("{address} ({}) reads {read:?}", page.status));
            }
            path = page.attribute("[rel=next]", "href");
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    drop(owner);
    world.done().await;
}
