//! Providers' work.

use crate::{
    dispatch::JobState,
    testing::access::{Call, Function, PROVIDER, PROVIDERS, PageLine, form, function, open, page},
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("accept_offer", PROVIDER, "assignments", async |at, _| {
            let work = at.offered().await;
            form!("offer" = work.offer).by(work.account.browser)
        }),
        function("advance_job", PROVIDER, "jobs", async |at, _| {
            let work = at.under_way(JobState::Assigned).await;
            form!("job" = work.job(), "to" = "en_route").by(work.account.browser)
        }),
        function("complete_job", PROVIDER, "earnings", async |at, _| {
            let work = at.under_way(JobState::InProgress).await;
            form!("job" = work.job()).by(work.account.browser)
        }),
        function("decline_offer", PROVIDER, "offers", async |at, _| {
            let work = at.offered().await;
            form!("offer" = work.offer, "reason" = "too_far").by(work.account.browser)
        }),
        function("give_back_job", PROVIDER, "assignments", async |at, _| {
            let work = at.under_way(JobState::EnRoute).await;
            form!("job" = work.job(), "reason" = "A flat tire").by(work.account.browser)
        }),
        function("give_up_job", PROVIDER, "jobs", async |at, _| {
            let work = at.under_way(JobState::Arrived).await;
            form!("job" = work.job(), "outcome" = "gone_on_arrival").by(work.account.browser)
        }),
        function("reach_destination", PROVIDER, "jobs", async |at, _| {
            let work = at.under_way(JobState::InProgress).await;
            let mut tx = at.begin().await;
            sqlx::query(
                "update jobs set destination_address = 'A garage' where tenant_id = app.current_tenant() and id = $1",
            )
            .bind(work.job())
            .execute(&mut *tx)
            .await
            .unwrap();
            tx.commit().await.unwrap();
            form!("job" = work.job()).by(work.account.browser)
        }),
        function("report_no_show", PROVIDER, "bookings", async |at, _| {
            let work = at.under_way(JobState::Arrived).await;
            form!("job" = work.job(), "booking" = work.booked.id).by(work.account.browser)
        }),
        function("hide_job", PROVIDER, "job_sightings", async |at, _| {
            let (job, account) = at.open_job().await;
            form!("job" = job).by(account.browser)
        }),
        function("show_job_again", PROVIDER, "job_sightings", async |at, _| {
            let (job, account) = at.hidden_job().await;
            form!("job" = job).by(account.browser)
        }),
        function("take_job", PROVIDER, "assignments", async |at, _| {
            let (job, account) = at.open_job().await;
            form!("job" = job).by(account.browser)
        }),
        function("set_duty", PROVIDERS, "providers", async |at, _| {
            let (_, account) = at.on_duty().await;
            form!("duty" = "off").by(account.browser)
        })
        .names_nothing(),
        function("share_position", PROVIDERS, "provider_positions", async |at, _| {
            let (_, account) = at.on_duty().await;
            form!("latitude" = 33.75, "longitude" = -84.39, "accuracy" = 12).by(account.browser)
        })
        .names_nothing(),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    vec![
        open("/provider", PROVIDERS),
        open("/provider/earnings", PROVIDERS),
        open("/provider/jobs", PROVIDERS),
        page("/provider/jobs/{id}", PROVIDER, async |at, _| {
            let work = at.under_way(JobState::Assigned).await;
            Call::to(format!("/provider/jobs/{}", work.job())).by(work.account.browser)
        }),
        open("/provider/offers", PROVIDERS).leads_on(),
        page("/provider/offers/{id}", PROVIDER, async |at, _| {
            let work = at.offered().await;
            Call::to(format!("/provider/offers/{}", work.offer)).by(work.account.browser)
        })
        .notes("offers"),
        page("/provider/open/{id}", PROVIDER, async |at, _| {
            let (job, account) = at.open_job().await;
            Call::to(format!("/provider/open/{job}")).by(account.browser)
        })
        .notes("job_sightings"),
    ]
}
