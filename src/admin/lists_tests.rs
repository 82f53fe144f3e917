//! Long lists: every entry once, in order, however they are paged, filtered and sorted.

use engine::{Id, Reference};
use uuid::Uuid;

use super::store::{
    bookings::{Filter, Narrowed},
    jobs::{self, Shown},
    payments,
};
use crate::{
    bookings::{PaymentMethod, Phase},
    db::paging::Cursor,
    payments::PaymentStatus,
    payouts::store as payouts,
    tenants::Tenant,
    testing::{A_PAGE, TestApp, begin, booking, provider, service, tenant, there_and_back},
    ui::Sort,
};

/// A tenant with 23 bookings by five people, several made at the same time, and related rows.
async fn crowd(app: &TestApp) -> Id<Tenant> {
    let atl = tenant(app, "atl").await;
    let lockout = service(app, atl, "lockout", 13_500, None).await;
    let ada = provider(app, atl, "Ada", None, &["lockout"]).await;
    for _ in 0..23 {
        booking(app, atl, lockout).await;
    }
    let mut tx = begin(app, atl).await;
    for statement in [
        "update bookings b set created_at = app.now() - n / 4 * interval '1 day',
                scheduled_at = case when n % 2 = 0 then app.now() + n / 6 * interval '1 hour' end, contact_name = ('{Zoë,zoe,Émile,Ann,Émile}'::text[])[1 + n % 5],
                phase = case when n % 3 = 0 then 'no_show' else b.phase end
         from (select id, row_number() over (order by id)::int as n from bookings) as numbered where b.id = numbered.id",
        "insert into payments (id, booking_id, amount, method, status, created_at)
         select gen_random_uuid(), id, 100, case when contact_name = 'Ann' then 'zelle' else 'cash' end,
                case when phase = 'no_show' then 'failed' else 'pending' end, created_at from bookings",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    sqlx::query("insert into payouts (id, provider_id, total_amount, created_at) select gen_random_uuid(), $1, 100, created_at from bookings")
        .bind(ada)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    atl
}

#[tokio::test]
async fn bookings_are_paged_to_the_end_and_back_in_every_order_and_with_every_filter() {
    let app = TestApp::new().await;
    let atl = crowd(&app).await;
    let mut tx = begin(&app, atl).await;
    let day = tx.now - chrono::TimeDelta::days(2);
    let filters = [
        Filter::default(),
        Filter { phase: Some(Phase::NoShow), ..Filter::default() },
        Filter { from: Some(day), ..Filter::default() },
        Filter { phase: Some(Phase::Confirmed), until: Some(day), ..Filter::default() },
        Filter { phase: Some(Phase::Completed), ..Filter::default() },
    ];
    for (filter, many) in filters.into_iter().zip([23, 7, 11, 8, 0]) {
        for (sort, order) in [
            ("created", "created_at, id"),
            ("-created", "created_at desc, id desc"),
            ("customer", "contact_name collate \"und-x-icu\", id"),
            ("-customer", "contact_name collate \"und-x-icu\" desc, id desc"),
            ("when", "coalesce(scheduled_at, created_at), id"),
            ("-when", "coalesce(scheduled_at, created_at) desc, id desc"),
        ] {
            let filter = Filter { sort: Sort::parse(sort), ..filter.clone() };
            let narrowed = Narrowed::by(&mut tx, &filter).await.unwrap();
            let read = there_and_back(&mut tx, async |tx, cursor: Cursor<Reference>| {
                narrowed.list(tx, &cursor, A_PAGE).await.unwrap().map(|booking| booking.reference)
            });
            let read = read.await;
            let all = format!(
                "select reference from bookings where ($1::text is null or phase = $1) and ($2::timestamptz is null or created_at >= $2)
                 and ($3::timestamptz is null or created_at < $3) order by {order}"
            );
            let all: Vec<Reference> = sqlx::query_scalar(sqlx::AssertSqlSafe(all))
                .bind(filter.phase)
                .bind(filter.from)
                .bind(filter.until)
                .fetch_all(&mut *tx)
                .await
                .unwrap();
            assert_eq!((read.len(), &read), (many, &all), "{filter:?}");
            assert_eq!(narrowed.count(&mut tx).await.unwrap(), i64::try_from(many).unwrap());
        }
    }
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn payments_and_payouts_are_paged_to_the_end_and_back() {
    let app = TestApp::new().await;
    let atl = crowd(&app).await;
    let mut tx = begin(&app, atl).await;
    for (status, method, many) in [
        (None, None, 23),
        (Some(PaymentStatus::Failed), None, 7),
        (None, Some(PaymentMethod::Zelle), 5),
        (Some(PaymentStatus::Pending), Some(PaymentMethod::Cash), 13),
        (Some(PaymentStatus::Refunded), None, 0),
    ] {
        let filter = payments::Filter { status, method };
        let read = there_and_back(&mut tx, async |tx, cursor| {
            payments::list(tx, filter, cursor, A_PAGE).await.unwrap().map(|payment| payment.id)
        });
        let read: Vec<Uuid> = read.await.into_iter().map(Uuid::from).collect();
        let all: Vec<Uuid> = sqlx::query_scalar(
            "select id from payments where ($1::text is null or status = $1) and ($2::text is null or method = $2)
             order by created_at desc, id desc",
        )
        .bind(status)
        .bind(method)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert_eq!((read.len(), &read), (many, &all), "{filter:?}");
        assert_eq!(payments::count(&mut tx, filter).await.unwrap(), i64::try_from(many).unwrap());
    }
    let read = there_and_back(&mut tx, async |tx, cursor| {
        payouts::list(tx, cursor, A_PAGE).await.unwrap().map(|made| made.payout.id)
    });
    let read: Vec<Uuid> = read.await.into_iter().map(Uuid::from).collect();
    let all: Vec<Uuid> = sqlx::query_scalar("select id from payouts order by created_at desc, id desc")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!((read.len(), &read), (23, &all));
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn published_jobs_are_paged_to_the_end_and_back_with_every_filter() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let mut tx = begin(&app, atl).await;
    for state in ["open", "done", "unsuccessful", "cancelled"] {
        // Some at the same time; every third wasn't published.
        sqlx::query(
            "insert into jobs (id, kind, state, address, window_start, window_end, expected_minutes, is_published)
             select gen_random_uuid(), 'tour', $1, 'Park', app.now() + n / 3 * interval '1 day', app.now() + interval '9 days', 30, n % 3 > 0
             from generate_series(1, 15) n",
        )
        .bind(state)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    let (tomorrow, later) = (tx.now + chrono::TimeDelta::days(1), tx.now + chrono::TimeDelta::days(3));
    for (shown, from, until, many) in [
        (Shown::Ahead, None, None, 10),
        (Shown::Past, None, None, 20),
        (Shown::Cancelled, None, None, 10),
        (Shown::Ahead, Some(tomorrow), None, 8),
        (Shown::Past, Some(tomorrow), Some(later), 8),
        (Shown::Cancelled, Some(later), Some(tomorrow), 0),
    ] {
        let filter = jobs::Filter { shown, from, until };
        let read = there_and_back(&mut tx, async |tx, cursor| {
            jobs::list(tx, filter, cursor, A_PAGE).await.unwrap().map(|job| job.id)
        });
        let read: Vec<Uuid> = read.await.into_iter().map(Uuid::from).collect();
        let order = if shown == Shown::Ahead { "window_start, id" } else { "window_start desc, id desc" };
        let all = format!(
            "select id from jobs where is_published and state = any($1) and ($2::timestamptz is null or window_start >= $2)
             and ($3::timestamptz is null or window_start < $3) order by {order}"
        );
        let states: &[&str] = match shown {
            Shown::Ahead => &["open"],
            Shown::Past => &["done", "unsuccessful"],
            Shown::Cancelled => &["cancelled"],
        };
        let all: Vec<Uuid> = sqlx::query_scalar(sqlx::AssertSqlSafe(all))
            .bind(states)
            .bind(from)
            .bind(until)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        assert_eq!((read.len(), &read), (many, &all), "{filter:?}");
        assert_eq!(jobs::count(&mut tx, filter).await.unwrap(), i64::try_from(many).unwrap());
    }
    drop(tx);
    app.done().await;
}

#[tokio::test]
async fn a_link_to_a_missing_page_shows_the_first() {
    let app = TestApp::new().await;
    let atl = crowd(&app).await;
    let mut tx = begin(&app, atl).await;
    let filter = Filter { sort: Sort::parse("-created"), ..Filter::default() };
    let narrowed = Narrowed::by(&mut tx, &filter).await.unwrap();
    let mut page = async |cursor: Cursor<Reference>| {
        narrowed.list(&mut tx, &cursor, 30).await.unwrap().map(|booking| booking.reference)
    };
    let all = page(Cursor::Start).await.entries;
    for cursor in [
        Cursor::After(all[22].clone()),
        Cursor::Before(all[0].clone()),
        Cursor::Before(all[7].clone()),
        Cursor::After("RA-ZZZZZZ".parse().unwrap()),
    ] {
        let shown = page(cursor.clone()).await;
        assert_eq!(shown.entries, all, "{cursor:?}");
        assert!(shown.previous(Reference::clone).is_none() && shown.next(Reference::clone).is_none());
    }
    drop(tx);
    app.done().await;
}
