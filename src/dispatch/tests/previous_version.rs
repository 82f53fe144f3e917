//! Rows as the previous version writes them while both versions run.

use axum::http::StatusCode;
use engine::{Amount, Id};

use super::{accept_pending, holder, job, pages::signed_in, pending};
use crate::{
    dispatch::{Job, JobState, store},
    identity::Role,
    tenants::Tenant,
    testing::{
        Booked, Browser, TestApp, begin,
        field::{booked, provider_with_account},
        place, tenant, user,
    },
    ui::Glyph,
};

/// Gives a booking a job of the previous version, which stores neither its kind of business nor how it is dispatched.
async fn with_job_of_previous_version(app: &TestApp, tenant: Id<Tenant>, booked: &Booked) -> Id<Job> {
    let id = Id::<Job>::new();
    let mut tx = begin(app, tenant).await;
    sqlx::query(
        "insert into jobs (id, kind, state, address, latitude, longitude, window_start, window_end, expected_minutes, skills, dispatch_at)
         values ($1, 'jump-start', 'open', 'Piedmont Park', $2, $3, app.now(), app.now() + interval '1 hour', 30, '{jump-start}', app.now())",
    )
    .bind(id)
    .bind(place().latitude())
    .bind(place().longitude())
    .execute(&mut *tx)
    .await
    .unwrap();
    for sql in ["update job_bookings set job_id = $2 where job_id = $1", "delete from jobs where id = $1 and id <> $2"]
    {
        sqlx::query(sql).bind(booked.job).bind(id).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

/// Does a whole job by its pages.
async fn do_for_seventy_dollars(phone: &mut Browser, id: Id<Job>) {
    let (page, job) = (format!("/provider/jobs/{id}"), id.to_string());
    for step in ["en_route", "arrived", "in_progress"] {
        let reply = phone.post(&page, "/api/advance_job", &[("job", &job), ("to", step)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{step}: {}", reply.text());
    }
    let done = phone.submit(&page, "/api/complete_job", &[("job", &job)]).await;
    assert!(done.text().contains("Job complete. You earned $70.00."), "{}", done.text());
}

#[tokio::test]
async fn a_job_of_the_previous_version_is_of_its_bookings_kind() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    let id = with_job_of_previous_version(&app, atl, &booked(&app, atl).await).await;
    app.drain().await;
    assert_eq!(job(&app, atl, id).await.vertical, None);
    assert_eq!(pending(&app, atl, marcus).await.unwrap().pay, Amount(7_000), "what the booking pays");
    assert_eq!(accept_pending(&app, atl, marcus).await, id);

    let mut phone = signed_in(&app, "marcus").await;
    let shown = phone.get(&format!("/provider/jobs/{id}")).await;
    assert_eq!(shown.all("h1"), ["jump start"]);
    let (_, next_step) = shown.html.split_once("sticky-actions").unwrap();
    assert!(next_step.contains(Glyph::Truck.shapes()), "{}", shown.html);
    do_for_seventy_dollars(&mut phone, id).await;
    assert_eq!(job(&app, atl, id).await.state, JobState::Done);
    app.done().await;
}

#[tokio::test]
async fn whom_the_previous_version_assigned_leads_and_earns_their_own_commission() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let marcus = provider_with_account(&app, atl, "marcus", 2.0).await;
    user(&app, atl, "stan", &[Role::Staff]).await;
    let id = booked(&app, atl).await.job;
    app.drain().await;
    accept_pending(&app, atl, marcus).await;
    let mut tx = begin(&app, atl).await;
    for sql in [
        "delete from assignments where job_id = $1 and provider_id = $2",
        "insert into assignments (id, job_id, provider_id, state, assigned_by) values (gen_random_uuid(), $1, $2, 'under_way', 'provider')",
    ] {
        sqlx::query(sql).bind(id).bind(marcus).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();

    assert_eq!(holder(&app, atl, id).await, Some(marcus));
    let members = store::assignments::members_of_job(&mut *begin(&app, atl).await, id).await.unwrap();
    assert!(members.iter().all(|member| member.leads), "{members:?}");
    let mut staff = signed_in(&app, "stan").await;
    let board = staff.get("/admin/board").await;
    assert!(board.text().contains("marcus"), "{}", board.text());

    let mut phone = signed_in(&app, "marcus").await;
    do_for_seventy_dollars(&mut phone, id).await;
    app.done().await;
}
