//! Applies progress reports to the booking. The caller has locked the booking.

use engine::Amount;

use super::{
    Author, Booking, EventKind,
    messages::{self, Kind},
    store::{self, NewEvent},
};
use crate::{db::Tx, error::AppError, providers::Provider};

pub async fn dispatched(tx: &mut Tx, booking: &Booking, provider_name: &str) -> Result<(), AppError> {
    store::apply(tx, booking, booking.dispatch(provider_name)?).await?;
    store::resolve_alerts(tx, booking.id, provider_name).await
}

pub async fn assigned(tx: &mut Tx, booking: &Booking, staff: Author, provider_name: &str) -> Result<(), AppError> {
    let resolved_by = staff.name.clone().unwrap_or_else(|| provider_name.to_owned());
    store::apply(tx, booking, booking.assign(staff, provider_name)?).await?;
    store::resolve_alerts(tx, booking.id, &resolved_by).await
}

/// The provider no longer has the job: another one is searched for.
pub async fn given_back(tx: &mut Tx, booking: &Booking, by: Author, reason: &str) -> Result<(), AppError> {
    store::apply(tx, booking, booking.give_back(by, reason)?).await?;
    Ok(())
}

/// The provider is on the way or has arrived: the phase stays, and the timeline gets an entry.
pub async fn reported(tx: &mut Tx, booking: &Booking, provider: &Provider, kind: EventKind) -> Result<(), AppError> {
    let by = &Author::provider(provider.first_name());
    store::record(tx, &NewEvent { booking_id: booking.id, phase: booking.phase, kind, by, note: None }).await
}

/// The provider began the work.
pub async fn started(tx: &mut Tx, booking: &Booking, provider: &Provider) -> Result<(), AppError> {
    store::apply(tx, booking, booking.start(Author::provider(provider.first_name()))?).await?;
    Ok(())
}

/// No provider was found: the booking says so and staff take over.
pub async fn search_failed(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    store::apply(tx, booking, booking.fail_search()?).await?;
    let message = format!(
        "No provider accepted {}. Assign someone by hand or call {}.",
        booking.reference,
        booking.contact.phone.national()
    );
    store::alert_staff(tx, booking.id, "no_provider", &message).await
}

/// A pending booking has expired; nothing is due.
pub(super) async fn expired(tx: &mut Tx, booking: &Booking) -> Result<(), AppError> {
    let reason = Some("It wasn't confirmed in time.".to_owned());
    let transition = booking.cancel(Author::system(), reason, Amount::ZERO, tx.now)?;
    store::apply(tx, booking, transition).await?;
    messages::tell(tx, booking.id, Kind::Cancelled).await?;
    super::quotes::void_all(tx, booking.id).await
}
