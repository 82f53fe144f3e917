//! Cancelling the bookings that a cancelled job left behind, several at once.

use std::collections::BTreeMap;

use engine::{Id, Reference, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::bookings::manager;
use crate::{
    admin::store::left_behind::{MOST_AT_ONCE, is_left_behind},
    bookings::{self, Author, Phase},
    dispatch::{self, Job, JobState},
    error::{AppError, FieldErrors, Next},
    fulfilment::{self, Terms},
    server::Ctx,
    words::count,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelBookingsForm {
    pub job: Id<Job>,
    /// The chosen bookings, each ticked as `bookings[reference]`.
    #[serde(default)]
    pub bookings: BTreeMap<String, String>,
    /// For the customers.
    #[serde(default)]
    pub reason: String,
}

/// Cancels bookings of a cancelled job, free of charge.
///
/// - Each in a transaction of its own: one that can't be cancelled holds up no other, and what is done stays done.
/// - The next page says what is stored of each.
#[server(endpoint = "cancel_bookings")]
pub async fn cancel_bookings(#[server(flatten)] form: CancelBookingsForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let job = dispatch::store::jobs::find_published(&mut tx, form.job).await?.ok_or(AppError::NotFound)?;
    drop(tx);
    if job.state != JobState::Cancelled {
        return Err(AppError::conflict(t!("admin-cancel-the-job-first")));
    }
    let chosen: Result<Vec<Reference>, _> = form.bookings.keys().take(MOST_AT_ONCE).map(|key| key.parse()).collect();
    let chosen = chosen.map_err(|_| AppError::Malformed)?;
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", field::required(&form.reason, 500));
    if chosen.is_empty() {
        errors.add("bookings", t!("admin-choose-at-least-one-booking"));
    }
    let Some(reason) = reason.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    for reference in &chosen {
        if let Err(error) = cancel(&ctx, job.id, reference, Author::staff(&user.name), &reason).await {
            tracing::info!(%reference, %error, "a booking of a cancelled job stays");
        }
    }
    let cancelled = cancelled_of(&ctx, &chosen).await?;
    let said = t!("admin-cancelled-of-bookings", cancelled = count(cancelled), bookings = count(chosen.len()));
    Ok(Next::said(page_of(job.id, &chosen), said))
}

async fn cancel(ctx: &Ctx, job: Id<Job>, reference: &Reference, by: Author, reason: &str) -> Result<(), AppError> {
    let mut tx = ctx.begin().await?;
    let found = bookings::store::find_by_reference(&mut tx, reference).await?.ok_or(AppError::NotFound)?;
    let booking = bookings::store::lock(&mut tx, found.id).await?;
    if !booking.is_cancellable() || !is_left_behind(&mut tx, job, booking.id).await? {
        return Err(booking.moved_on());
    }
    let reason = Some(reason.to_owned());
    fulfilment::cancel_on(&mut tx, &ctx.tenant, &booking, &Terms::waived(), by, reason).await?;
    tx.commit().await
}

/// How many of these bookings are cancelled now, whoever did it.
async fn cancelled_of(ctx: &Ctx, chosen: &[Reference]) -> Result<usize, AppError> {
    let stored = bookings::store::find_all_by_reference(&mut *ctx.begin().await?, chosen).await?;
    Ok(stored.iter().filter(|booking| booking.phase == Phase::Cancelled).count())
}

/// The page that says what is stored of the chosen bookings.
fn page_of(job: Id<Job>, chosen: &[Reference]) -> String {
    let chosen: Vec<_> = chosen.iter().map(Reference::as_str).collect();
    format!("/admin/jobs/{job}/cancel-bookings?chosen={}", chosen.join(","))
}
