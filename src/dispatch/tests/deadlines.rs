use chrono::TimeDelta;

use super::pending;
use crate::{
    identity::Role,
    testing::{
        TestApp, begin,
        field::{booked, provider},
        tenant, user,
    },
};

/// Makes the database refuse every change of jobs, as a fault of ours would.
const BROKEN: &str = "
    create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger refuse before update on jobs for each row execute function public.refuse();";

#[tokio::test]
async fn a_search_that_keeps_failing_alerts_staff_once_and_goes_on_when_it_can() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let near = provider(&app, atl, "near", 2.0).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let booked = booked(&app, atl).await;
    let mut owner = app.database.owner().await;
    sqlx::raw_sql(BROKEN).execute(&mut owner).await.unwrap();
    let alerts = async || -> i64 {
        sqlx::query_scalar("select count(*) from staff_alerts where booking_id = $1 and kind = 'deadline_failing'")
            .bind(booked.id)
            .fetch_one(&mut *begin(&app, atl).await)
            .await
            .unwrap()
    };
    for (wait, expected) in [(0, 0), (5, 0), (10, 1), (20, 1), (40, 1)] {
        app.pass(TimeDelta::seconds(wait)).await;
        assert_eq!(alerts().await, expected, "after {wait} s");
    }
    let mut browser = app.browser("atl.localhost");
    browser.sign_in("stan@example.com").await;
    let board = browser.get("/admin/board").await.text();
    assert!(board.contains("Assign a provider by hand."), "{board}");

    sqlx::raw_sql("drop trigger refuse on jobs").execute(&mut owner).await.unwrap();
    app.pass(TimeDelta::seconds(80)).await;
    assert!(pending(&app, atl, near).await.is_some(), "late, but not lost");
    drop(owner);
    app.done().await;
}
