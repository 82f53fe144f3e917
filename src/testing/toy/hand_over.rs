//! A toy is handed over before it is fetched: its provider says so on the page of the job.

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

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandOverForm {
    pub job: Id<Job>,
    pub booking: Id<Booking>,
}

/// The provider has got the toy.
#[server(endpoint = "toy_hand_over")]
pub async fn hand_over(#[server(flatten)] form: HandOverForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let step = dispatch::about_to(&mut tx, provider.id, form.job, JobState::InProgress).await?;
    if let Some((_, bookings)) = step {
        let booking = bookings.iter().find(|booking| booking.id == form.booking).ok_or(AppError::NotFound)?;
        record(&mut tx, booking.id).await?;
    }
    tx.commit().await?;
    Ok(Next::to(format!("/provider/jobs/{}", form.job)))
}

pub async fn record(tx: &mut Tx, booking: Id<Booking>) -> Result<(), AppError> {
    sqlx::query("update toy_bookings set handed_over_at = app.now() where booking_id = $1")
        .bind(booking)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn is_missing(tx: &mut Tx, job: &Job, booking: &Booking) -> Result<bool, AppError> {
    if job.kind != PICKUP {
        return Ok(false);
    }
    let missing = sqlx::query_scalar("select handed_over_at is null from toy_bookings where booking_id = $1");
    Ok(missing.bind(booking.id).fetch_optional(&mut **tx).await?.unwrap_or(false))
}

/// The button, once the provider is there.
pub async fn panel(tx: &mut Tx, job: Id<Job>, booking: &Booking) -> Result<Option<ViewFnOnce>, AppError> {
    let job = jobs::find(tx, job).await?.ok_or(AppError::NotFound)?;
    let is_asked = job.state == JobState::Arrived && is_missing(tx, &job, booking).await?;
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
