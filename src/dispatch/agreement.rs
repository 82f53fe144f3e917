//! What happens to a job means something for the bookings it is done for.

use engine::Miles10;

use super::Outcome;
use crate::{
    bookings::{Author, Booking, EventKind, Party, store},
    db::Tx,
    error::AppError,
    providers::Provider,
    tenants::Tenant,
};

/// Somebody took it.
pub(super) async fn taken(tx: &mut Tx, booking: &Booking, provider: &Provider) -> Result<(), AppError> {
    store::apply(tx, booking, booking.dispatch(provider.first_name())?).await?;
    store::resolve_alerts(tx, booking.id, provider.first_name()).await
}

/// Whoever had it no longer has it.
pub(super) async fn given_back(tx: &mut Tx, booking: &Booking, by: Author, reason: &str) -> Result<(), AppError> {
    store::apply(tx, booking, booking.give_back(by, reason)?).await?;
    Ok(())
}

/// Nobody is left to ask.
pub(super) async fn search_failed(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    store::apply(tx, booking, booking.fail_search()?).await?;
    let message = format!("No provider was found for {}.", booking.reference);
    store::alert_staff(tx, booking.id, "search_failed", &message).await
}

/// The provider is on the way or there.
pub(super) async fn reported(
    tx: &mut Tx,
    booking: &Booking,
    provider: &Provider,
    kind: EventKind,
) -> Result<(), AppError> {
    let name = Some(provider.first_name());
    store::record(tx, booking.id, booking.phase, kind, Party::Provider, name, None).await
}

/// The work began.
pub(super) async fn started(tx: &mut Tx, booking: &Booking, provider: &Provider) -> Result<(), AppError> {
    store::apply(tx, booking, booking.start(Author::provider(provider.first_name()))?).await?;
    Ok(())
}

/// The work is done.
pub(super) async fn completed(
    tx: &mut Tx,
    tenant: &Tenant,
    booking: &Booking,
    provider: &Provider,
    miles: Option<Miles10>,
) -> Result<(), AppError> {
    let _ = (tenant, miles);
    store::apply(tx, booking, booking.complete(Author::provider(provider.first_name()))?).await?;
    Ok(())
}

/// They were there, and it could not be done: the customer wasn't, or the office has to find another way.
pub(super) async fn unsuccessful(
    tx: &mut Tx,
    booking: &Booking,
    provider: &Provider,
    outcome: Outcome,
    told: &str,
) -> Result<(), AppError> {
    let by = Author::provider(provider.first_name());
    match outcome {
        Outcome::GoneOnArrival => {
            store::apply(tx, booking, booking.miss(by, told)?).await?;
        }
        Outcome::CouldNotBeDone => {
            let name = by.name.as_deref();
            store::record(tx, booking.id, booking.phase, EventKind::Unsuccessful, by.party, name, Some(told)).await?;
        }
    }
    let message = format!("{}: {told} ({})", booking.reference, provider.name);
    store::alert_staff(tx, booking.id, outcome.as_str(), &message).await
}
