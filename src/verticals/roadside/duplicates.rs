//! Detects that the same help is requested twice.

use engine::Id;

use super::{RoadsideRequest, store};
use crate::{
    bookings::{Booking, Likeness},
    catalog::Service,
    customers::vehicles::Vehicle,
    db::Tx,
    error::AppError,
};

/// Locks this phone number for bookings until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, request: &RoadsideRequest) -> Result<(), AppError> {
    store::lock_phone(tx, &request.contact.phone).await
}

/// The open booking of the same service for the same car, phone, place and time, if there is one.
pub(super) async fn find(
    tx: &mut Tx,
    service: Id<Service>,
    request: &RoadsideRequest,
) -> Result<Option<Booking>, AppError> {
    let like = Likeness {
        phone: &request.contact.phone,
        service,
        address: &request.place.address,
        point: request.place.point,
        scheduled_at: request.scheduled_at,
    };
    for booking in like.find(tx).await? {
        let details = store::find(tx, booking.id).await?;
        if details.is_some_and(|details| is_same_car(&details.vehicle, &request.vehicle)) {
            return Ok(Some(booking));
        }
    }
    Ok(None)
}

/// Compares only what people always type: a plate is often left out the second time.
fn is_same_car(one: &Vehicle, other: &Vehicle) -> bool {
    let model = |car: &Vehicle| (car.year, car.make.to_lowercase(), car.model.to_lowercase());
    let plates_differ = one.plate.is_some() && other.plate.is_some() && one.plate != other.plate;
    model(one) == model(other) && !plates_differ
}
