//! The customer's code, without which a provider doesn't begin some work: it shows that they are with the right person.
//!
//! - Four digits, made from the booking's id and the server's key: stored nowhere, and the same until the key is replaced.
//! - A job of several bookings begins with the code of any of them.

use engine::{Id, field};

use crate::{
    bookings::{self, Booking, Phase},
    db::Tx,
    dispatch::{
        Job,
        store::{assignments, jobs},
    },
    error::AppError,
    limits::Limit,
    providers,
    secrets::Keys,
    server::Ctx,
};

/// The code that a customer tells their provider; `None` if it isn't asked, or the work has begun.
pub async fn of_booking(tx: &mut Tx, keys: &Keys, booking: &Booking) -> Result<Option<String>, AppError> {
    let is_before_work = matches!(booking.phase, Phase::Confirmed | Phase::Dispatched);
    let is_asked = is_before_work && booking.vertical.asks_code(tx, booking).await?;
    Ok(is_asked.then(|| code(keys, booking.id)))
}

/// The codes that begin a job; empty if none is asked.
pub async fn of_job(tx: &mut Tx, keys: &Keys, job: Id<Job>) -> Result<Vec<String>, AppError> {
    let mut codes = Vec::new();
    for id in jobs::bookings_of(tx, job).await? {
        if let Some(booking) = bookings::store::find(tx, id).await? {
            codes.extend(of_booking(tx, keys, &booking).await?);
        }
    }
    Ok(codes)
}

/// Compares the customer's code, if one is asked. After five attempts within an hour only staff can begin the work.
pub(super) async fn confirm(ctx: &Ctx, job: Id<Job>, typed: &str) -> Result<(), AppError> {
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, ctx).await?;
    assignments::latest(&mut tx, job, provider.id).await?.ok_or(AppError::NotFound)?;
    let codes = of_job(&mut tx, &ctx.app.keys, job).await?;
    drop(tx);
    if codes.is_empty() {
        return Ok(());
    }
    let typed =
        field::required(typed, 20).map_err(|_| AppError::invalid("code", t!("fulfilment-enter-the-customers-code")))?;
    ctx.limit(Limit::StartCode, &job.to_string()).await.map_err(|error| match error {
        AppError::TooMany(_) => AppError::conflict(t!("fulfilment-too-many-codes-were-wrong-call")),
        other => other,
    })?;
    if codes.contains(&typed) {
        Ok(())
    } else {
        Err(AppError::invalid("code", t!("fulfilment-that-isnt-the-customers-code-it")))
    }
}

fn code(keys: &Keys, booking: Id<Booking>) -> String {
    let digest = keys.digest("start_code", booking.uuid().as_bytes());
    let number = digest.iter().rev().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:04}", number % 10_000)
}
