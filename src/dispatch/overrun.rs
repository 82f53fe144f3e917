//! Work that lasts longer than planned: found at the end of the time that was reserved for it.

use chrono::TimeDelta;
use engine::{Id, field::isolated};
use uuid::Uuid;

use super::{
    Job, JobState,
    locks::{lock_bookings, lock_newcomers},
    store::{assignments, jobs},
};
use crate::{
    bookings,
    calendar::{self, Conflict, Holder},
    db::Tx,
    error::AppError,
    providers,
    server::App,
    tenants::{self, Tenant},
};

/// For so long more the resources of a job are reserved each time.
const MORE: TimeDelta = TimeDelta::minutes(15);

/// After so long somebody forgot to say that it is done.
const FORGOTTEN: TimeDelta = TimeDelta::hours(6);

/// Looks at a job at the end of its reserved time: `reservations.look_at`.
///
/// - While its crew is on the way or at work, the time goes on. Whoever was promised it next may have to wait: staff are alerted.
/// - If nobody has set out, or nobody reports its end for hours, staff are alerted, and its time goes on no more.
pub async fn handle_deadline(app: App, tenant: Id<Tenant>, reservation: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    let reservation = Id::from_uuid(reservation);
    match calendar::job_of(&mut tx, reservation).await? {
        Some(job) if go_on(&mut tx, &tenant, job).await? => {}
        _ => calendar::look_no_more(&mut tx, reservation).await?,
    }
    tx.commit().await
}

/// Whether its time goes on.
async fn go_on(tx: &mut Tx, tenant: &Tenant, job: Id<Job>) -> Result<bool, AppError> {
    let mut bookings = lock_bookings(tx, job).await?;
    let crew = assignments::ids_of_members(tx, job).await?;
    let crew = providers::store::lock_all(tx, &crew).await?;
    let job = jobs::lock(tx, job).await?;
    lock_newcomers(tx, job.id, &mut bookings).await?;
    let is_at_it = matches!(job.state, JobState::EnRoute | JobState::Arrived | JobState::InProgress);
    let who = crew.first().map_or_else(|| t!("dispatch-somebody").to_owned(), |provider| provider.name.clone());
    if is_at_it && tx.now < job.window_start + job.expected() + FORGOTTEN {
        let until = tx.now + MORE;
        for conflict in calendar::overrun(tx, Holder::Job(job.id), until).await? {
            alert(tx, tenant, &conflict).await?;
        }
        return Ok(true);
    }
    if is_at_it || job.state == JobState::Assigned {
        let sentence = if is_at_it {
            t!("dispatch-hasnt-said-that-it-is-done", who = isolated(&who))
        } else {
            t!("dispatch-hasnt-set-out-although-its-time-is-over", who = isolated(&who))
        };
        for booking in &bookings {
            bookings::store::alert_staff_once(tx, booking.id, "overdue", &sentence).await?;
        }
    }
    Ok(false)
}

/// Tells staff whose time is at risk.
async fn alert(tx: &mut Tx, tenant: &Tenant, conflict: &Conflict) -> Result<(), AppError> {
    let affected = match (conflict.job_id, conflict.booking_id) {
        (Some(job), _) => jobs::bookings_of(tx, job).await?,
        (None, booking) => booking.into_iter().collect(),
    };
    let at = tenant.date_time(conflict.starts_at);
    let sentence = t!("dispatch-is-still-busy-with-earlier-work", name = isolated(&conflict.resource_name), at = at);
    for booking in affected {
        bookings::store::alert_staff_once(tx, booking, "time_conflict", &sentence).await?;
    }
    Ok(())
}

/// Alerts staff of a job whose deadline fails.
pub async fn alert_of_deadline(app: App, tenant: Id<Tenant>, reservation: Uuid) -> Result<(), AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    if let Some(job) = calendar::job_of(&mut tx, Id::from_uuid(reservation)).await? {
        for booking in jobs::bookings_of(&mut tx, job).await? {
            let sentence = t!("dispatch-its-time-is-over-look-whether");
            bookings::store::alert_staff_once(&mut tx, booking, "deadline_failing", sentence).await?;
        }
    }
    tx.commit().await
}
