//! A toy is handed over before it is fetched, and handed back before its return ends: its provider says so on the page of the job.

use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use crate::{
    bookings::Booking,
    db::Tx,
    dispatch::{self, Job, JobState, store::jobs},
    error::{AppError, Next},
    providers,
    server::context,
    ui::{ButtonForm, HiddenField, SecondaryButton},
};

/// The job that fetches a toy.
pub const PICKUP: &str = "pickup";

/// The job that brings it back.
pub const RETURN: &str = "return";

/// The step before which it changes hands.
fn changes_hands_before(job: &Job) -> Option<JobState> {
    match &*job.kind {
        PICKUP => Some(JobState::InProgress),
        RETURN => Some(JobState::Done),
        _ => None,
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandOverForm {
    pub job: Id<Job>,
    pub booking: Id<Booking>,
}

/// The toy has changed hands.
#[server(endpoint = "toy_hand_over")]
pub async fn hand_over(#[server(flatten)] form: HandOverForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let job = jobs::find(&mut tx, form.job).await?.ok_or(AppError::NotFound)?;
    let before = changes_hands_before(&job).ok_or(AppError::NotFound)?;
    if let Some((job, bookings)) = dispatch::about_to(&mut tx, provider.id, job.id, before).await? {
        let booking = bookings.iter().find(|booking| booking.id == form.booking).ok_or(AppError::NotFound)?;
        record(&mut tx, &job, booking.id).await?;
    }
    tx.commit().await?;
    Ok(Next::to(format!("/provider/jobs/{}", form.job)))
}

pub async fn record(tx: &mut Tx, job: &Job, booking: Id<Booking>) -> Result<(), AppError> {
    let record = match &*job.kind {
        PICKUP => sqlx::query(
            "update toy_bookings set handed_over_at = app.now() where tenant_id = app.current_tenant() and booking_id = $1",
        ),
        RETURN => sqlx::query(
            "update toy_bookings set handed_back_at = app.now() where tenant_id = app.current_tenant() and booking_id = $1",
        ),
        _ => return Ok(()),
    };
    record.bind(booking).execute(&mut **tx).await?;
    Ok(())
}

/// Whether a step waits for the toy to change hands.
pub async fn is_missing(tx: &mut Tx, job: &Job, booking: &Booking, to: JobState) -> Result<bool, AppError> {
    if changes_hands_before(job) != Some(to) {
        return Ok(false);
    }
    let missing = match &*job.kind {
        PICKUP => sqlx::query_scalar(
            "select handed_over_at is null from toy_bookings where tenant_id = app.current_tenant() and booking_id = $1",
        ),
        _ => sqlx::query_scalar(
            "select handed_back_at is null from toy_bookings where tenant_id = app.current_tenant() and booking_id = $1",
        ),
    };
    Ok(missing.bind(booking.id).fetch_optional(&mut **tx).await?.unwrap_or(false))
}

/// The button, once it is the next thing to do.
pub async fn panel(tx: &mut Tx, job: Id<Job>, booking: &Booking) -> Result<Option<ViewFnOnce>, AppError> {
    let job = jobs::find(tx, job).await?.ok_or(AppError::NotFound)?;
    let is_asked = match job.state.next() {
        Some(to) => is_missing(tx, &job, booking, to).await?,
        None => false,
    };
    let (job, booking) = (job.id.to_string(), booking.id.to_string());
    let button = move || {
        view! {
            <ButtonForm action=HandOver::PATH>
                <HiddenField name="job" value=job />
                <HiddenField name="booking" value=booking />
                <SecondaryButton>{t!("toy-it-is-handed-over")}</SecondaryButton>
            </ButtonForm>
        }
    };
    Ok(is_asked.then(|| button.into()))
}
