use std::time::Duration;

use engine::Id;

use super::{holder, settings_of};
use crate::{
    bookings::{self, Author},
    db::Db,
    dispatch::{self, Job, Offer, OfferState, store},
    error::AppError,
    fulfilment,
    providers::Provider,
    tenants::Tenant,
    testing::{
        Booked, TestApp, begin,
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
pub(super) async fn all_waiting(app: &TestApp, how_many: i64) {
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

/// What happens to an offered job while its provider accepts it.
#[derive(Debug, Clone, Copy)]
enum Rival {
    /// The customer cancels the booking.
    Cancel,
    /// Staff give the job to somebody else.
    Assign,
    /// The provider goes off duty, so that the search goes on without them.
    OffDuty,
}

async fn interfere(db: Db, tenant: Tenant, rival: Rival, scene: Offered) -> Result<(), AppError> {
    let mut tx = db.begin_system(tenant.id).await?;
    match rival {
        Rival::Cancel => {
            let booking = bookings::store::lock(&mut tx, scene.booked.id).await?;
            fulfilment::cancel(&mut tx, &tenant, &booking, Author::customer(), None).await?;
        }
        Rival::Assign => {
            dispatch::assign_manually(&mut tx, &tenant, scene.booked.job, scene.other, None, "Sam").await?;
        }
        Rival::OffDuty => dispatch::go_off_duty(&mut tx, scene.asked).await?,
    }
    tx.commit().await
}

#[derive(Clone)]
struct Offered {
    booked: Booked,
    asked: Id<Provider>,
    other: Id<Provider>,
}

/// Lets a provider accept an offer while something else happens to its job, in this order; returns both results, who has the job then, and the offer.
async fn accepted_beside(
    rival: Rival,
    accepts_first: bool,
) -> (Result<Id<Job>, AppError>, Result<(), AppError>, Option<bool>, OfferState) {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let booked = booked(&app, atl).await;
    let asked = provider(&app, atl, "asked", 2.0).await;
    let other = provider(&app, atl, "other", 3.0).await;
    let offer_id = offer_to(&app, atl, booked.job, asked).await;
    let rules = settings_of(&app, atl).await;
    let db = app.database.with_connections(4).await.with_clock(app.app.db.clock.clone());
    let scene = Offered { booked, asked, other };

    let mut gate = begin(&app, atl).await;
    match rival {
        Rival::Cancel | Rival::Assign => drop(bookings::store::lock(&mut gate, scene.booked.id).await.unwrap()),
        Rival::OffDuty => drop(crate::providers::store::lock(&mut gate, asked).await.unwrap()),
    }
    let accepting = || tokio::spawn(accept(db.clone(), rules.clone(), asked, offer_id));
    let interfering = || tokio::spawn(interfere(db.clone(), rules.clone(), rival, scene.clone()));
    let (accepted, interfered) = if accepts_first {
        let accepted = accepting();
        all_waiting(&app, 1).await;
        let interfered = interfering();
        all_waiting(&app, 2).await;
        (accepted, interfered)
    } else {
        let interfered = interfering();
        all_waiting(&app, 1).await;
        let accepted = accepting();
        all_waiting(&app, 2).await;
        (accepted, interfered)
    };
    drop(gate);
    let (accepted, interfered) = (accepted.await.unwrap(), interfered.await.unwrap());
    let has_it = holder(&app, atl, scene.booked.job).await.map(|holder| holder == asked);
    let state = super::offer(&app, atl, offer_id).await.state;
    let violations = crate::checks::violations(&mut *begin(&app, atl).await).await.unwrap();
    assert!(violations.is_empty(), "{violations:?}");
    db.close().await;
    app.done().await;
    (accepted, interfered, has_it, state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offer_is_accepted_before_its_booking_is_cancelled_or_never() {
    let (accepted, cancelled, has_it, offer) = accepted_beside(Rival::Cancel, true).await;
    assert!(accepted.is_ok() && cancelled.is_ok(), "{accepted:?} {cancelled:?}");
    assert_eq!((has_it, offer), (None, OfferState::Accepted), "the cancellation ends what was accepted");
    let (accepted, cancelled, has_it, offer) = accepted_beside(Rival::Cancel, false).await;
    assert!(matches!(accepted, Err(AppError::Conflict(_))) && cancelled.is_ok(), "{accepted:?} {cancelled:?}");
    assert_eq!((has_it, offer), (None, OfferState::Withdrawn));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offer_whose_job_staff_give_to_somebody_else_is_accepted_before_that_or_never() {
    let (accepted, assigned, has_it, offer) = accepted_beside(Rival::Assign, true).await;
    assert!(accepted.is_ok() && matches!(assigned, Err(AppError::Conflict(_))), "{accepted:?} {assigned:?}");
    assert_eq!((has_it, offer), (Some(true), OfferState::Accepted), "staff didn't know: they look again");
    let (accepted, assigned, has_it, offer) = accepted_beside(Rival::Assign, false).await;
    assert!(matches!(accepted, Err(AppError::Conflict(_))) && assigned.is_ok(), "{accepted:?} {assigned:?}");
    assert_eq!((has_it, offer), (Some(false), OfferState::Withdrawn));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_offer_of_a_search_that_went_on_is_not_accepted() {
    let (accepted, gone, has_it, offer) = accepted_beside(Rival::OffDuty, true).await;
    assert!(accepted.is_ok() && gone.is_ok(), "{accepted:?} {gone:?}");
    assert_eq!((has_it, offer), (Some(true), OfferState::Accepted));
    let (accepted, gone, has_it, offer) = accepted_beside(Rival::OffDuty, false).await;
    assert!(matches!(accepted, Err(AppError::Conflict(_))) && gone.is_ok(), "{accepted:?} {gone:?}");
    assert_eq!((has_it, offer), (None, OfferState::Withdrawn));
}

#[tokio::test]
async fn an_offer_of_an_earlier_search_is_refused_in_a_new_one() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let rules = settings_of(&app, atl).await;
    let only = provider(&app, atl, "only", 2.0).await;
    let booked = booked(&app, atl).await;
    app.drain().await;
    let first = super::pending(&app, atl, only).await.unwrap();
    app.pass(rules.settings.offer_window()).await;
    let mut tx = begin(&app, atl).await;
    dispatch::search_again(&mut tx, booked.job, Author::staff("Sam")).await.unwrap();
    tx.commit().await.unwrap();
    app.drain().await;
    let second = super::pending(&app, atl, only).await.unwrap();
    assert_ne!(first.id, second.id);
    let refused = accept(app.app.db.clone(), rules.clone(), only, first.id).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    accept(app.app.db.clone(), rules, only, second.id).await.unwrap();
    app.done().await;
}
