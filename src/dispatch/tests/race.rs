use std::time::Duration;

use engine::Id;

use super::{holder, settings_of};
use crate::{
    db::Db,
    dispatch::{self, Job, Offer, OfferState, store},
    error::AppError,
    providers::Provider,
    tenants::Tenant,
    testing::{
        TestApp, begin,
        field::{booked, provider},
        tenant,
    },
};

/// Offers a job to a provider, so that several have an offer at once.
async fn offer_to(app: &TestApp, tenant: Id<Tenant>, job: Id<Job>, provider_id: Id<Provider>) -> Id<Offer> {
    let offer = Offer {
        id: Id::new(),
        job_id: job,
        provider_id,
        state: OfferState::Pending,
        distance: engine::Meters(5_000.0),
        travel: chrono::TimeDelta::minutes(8),
        pay: engine::Amount(7_000),
        commission: engine::Commission::Percentage(engine::BasisPoints::ONE_HUNDRED_PERCENT).into(),
        decline_reason: None,
        offered_at: app.now(),
        expires_at: app.now() + chrono::TimeDelta::seconds(30),
        answered_at: None,
    };
    let mut tx = begin(app, tenant).await;
    store::offers::insert(&mut tx, &offer).await.unwrap();
    let before = store::jobs::lock(&mut tx, job).await.unwrap();
    if before.state == dispatch::JobState::Open {
        let change = before.offer(tx.now, offer.expires_at).unwrap();
        store::jobs::apply(&mut tx, job, &change).await.unwrap();
    }
    tx.commit().await.unwrap();
    offer.id
}

async fn accept(db: Db, tenant: Tenant, provider: Id<Provider>, offer: Id<Offer>) -> Result<Id<Job>, AppError> {
    let mut tx = db.begin_system(tenant.id).await?;
    let job = dispatch::accept(&mut tx, &tenant, provider, offer).await?;
    tx.commit().await?;
    Ok(job)
}

/// Waits until this many transactions of the database wait for a lock.
async fn all_waiting(app: &TestApp, how_many: i64) {
    let mut owner = app.database.owner().await;
    for _ in 0..400 {
        let (waiting,): (i64,) = sqlx::query_as(
            "select count(*) from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if waiting >= how_many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("they never got to the line");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_providers_accept_one_job_at_once_and_one_gets_it() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    let rules = settings_of(&app, atl).await;
    let mut asked = Vec::new();
    for number in 0..20 {
        let provider = provider(&app, atl, &format!("truck{number}"), 3.0 + f64::from(number) / 10.0).await;
        asked.push((provider, offer_to(&app, atl, booked.job, provider).await));
    }
    let db = app.database.with_connections(20).await.with_clock(app.app.db.clock.clone());

    // All of them wait for the booking's lock; when it is released, they race.
    let mut gate = begin(&app, atl).await;
    crate::bookings::store::lock(&mut gate, booked.id).await.unwrap();
    let racing: Vec<_> = asked
        .iter()
        .map(|(provider, offer)| tokio::spawn(accept(db.clone(), rules.clone(), *provider, *offer)))
        .collect();
    all_waiting(&app, 20).await;
    drop(gate);

    let mut winners = Vec::new();
    let mut losers = Vec::new();
    for ((provider, _), answer) in asked.iter().zip(racing) {
        match answer.await.unwrap() {
            Ok(_) => winners.push(*provider),
            Err(refused) => losers.push(refused.to_string()),
        }
    }
    assert_eq!((winners.len(), losers.len()), (1, 19));
    assert!(losers.iter().all(|told| told.starts_with("Someone else took this job")), "{losers:?}");
    assert_eq!(holder(&app, atl, booked.job).await, Some(winners[0]));
    db.close().await;
    app.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_jobs_given_to_one_provider_at_once_leave_them_with_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let rules = settings_of(&app, atl).await;
    let only = provider(&app, atl, "only", 3.0).await;
    let jobs = [booked(&app, atl).await, booked(&app, atl).await];
    let db = app.database.with_connections(5).await.with_clock(app.app.db.clock.clone());

    let mut gate = begin(&app, atl).await;
    crate::providers::store::lock(&mut gate, only).await.unwrap();
    let racing = jobs.map(|booked| {
        let (db, rules) = (db.clone(), rules.clone());
        tokio::spawn(async move {
            let mut tx = db.begin_system(rules.id).await?;
            dispatch::assign_manually(&mut tx, &rules, booked.job, only, None, "Sam").await?;
            tx.commit().await
        })
    });
    all_waiting(&app, 2).await;
    drop(gate);
    let mut refused = Vec::new();
    for answer in racing {
        if let Err(error) = answer.await.unwrap() {
            refused.push(error.to_string());
        }
    }
    assert_eq!(refused, ["only is on another job at that time."]);
    db.close().await;
    app.done().await;
}
