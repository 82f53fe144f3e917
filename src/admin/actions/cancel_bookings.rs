//! Cancelling the bookings that a cancelled job left behind, several at once.

use std::{collections::BTreeMap, time::Duration};

use engine::{Id, Reference, field};
use leptos::server;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::bookings::manager;
use crate::{
    admin::store::left_behind::{MOST_AT_ONCE, those_left_behind},
    bookings::{self, Author},
    dispatch::{self, Job, JobState},
    error::{AppError, FieldErrors, Next},
    fulfilment::{self, Terms},
    server::Ctx,
};

/// How long a form may cancel bookings, out of the half minute that a response may take. Those that are left then are named on the next page.
const TIME: Duration = Duration::from_secs(15);

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
    let each = async {
        for reference in &chosen {
            match cancel(&ctx, job.id, reference, Author::staff(&user.name), &reason).await {
                Ok(()) | Err(AppError::Conflict(_) | AppError::NotFound) => {} // as the next page says
                Err(error) => tracing::warn!(%reference, %error, "a booking of a cancelled job wasn't cancelled"),
            }
        }
    };
    if timeout(TIME, each).await.is_err() {
        tracing::warn!(job = %job.id, "some bookings of a cancelled job weren't cancelled in time");
    }
    let chosen: Vec<_> = chosen.iter().map(Reference::as_str).collect();
    Ok(Next::to(format!("/admin/jobs/{}/cancel-bookings?chosen={}", job.id, chosen.join(","))))
}

async fn cancel(ctx: &Ctx, job: Id<Job>, reference: &Reference, by: Author, reason: &str) -> Result<(), AppError> {
    let mut tx = ctx.begin().await?;
    let found = bookings::store::find_by_reference(&mut tx, reference).await?.ok_or(AppError::NotFound)?;
    let booking = bookings::store::lock(&mut tx, found.id).await?;
    if those_left_behind(&mut tx, job, &[booking.id]).await?.is_empty() {
        return Err(booking.moved_on());
    }
    let reason = Some(reason.to_owned());
    fulfilment::cancel_on(&mut tx, &ctx.tenant, &booking, &Terms::waived(), by, reason).await?;
    tx.commit().await
}
