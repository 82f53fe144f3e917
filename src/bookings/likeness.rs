//! Detects that the same booking was made twice, with the browser's Back button or in two tabs.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id, Meters, Phone};

use super::{Booking, store};
use crate::{catalog::Service, db::Tx, error::AppError};

/// Locations within this distance count as the same.
const SAME_PLACE: Meters = Meters(250.0);

/// Appointments within this time count as the same.
const SAME_TIME: TimeDelta = TimeDelta::hours(1);

/// The data by which two bookings are compared.
pub struct Likeness<'a> {
    pub phone: &'a Phone,
    pub service: Id<Service>,
    pub address: &'a str,
    pub point: Option<GeoPoint>,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
}

impl<'a> Likeness<'a> {
    /// The comparable data of a booking.
    pub fn of(booking: &'a Booking) -> Self {
        Self {
            phone: &booking.contact.phone,
            service: booking.service_id,
            address: &booking.address,
            point: booking.point,
            scheduled_at: booking.scheduled_at,
        }
    }

    /// The open bookings that look the same, the newest first.
    pub async fn find(&self, tx: &mut Tx) -> Result<Vec<Booking>, AppError> {
        let mut open = store::list_open_of_phone(tx, self.phone).await?;
        open.retain(|booking| self.matches(&Likeness::of(booking)));
        Ok(open)
    }

    /// Whether two bookings look the same.
    pub fn matches(&self, other: &Likeness<'_>) -> bool {
        self.phone == other.phone && self.service == other.service && self.is_there(other) && self.is_then(other)
    }

    fn is_there(&self, other: &Likeness<'_>) -> bool {
        match (self.point, other.point) {
            (Some(here), Some(there)) => here.distance_to(there) <= SAME_PLACE,
            _ => self.address.to_lowercase() == other.address.to_lowercase(),
        }
    }

    fn is_then(&self, other: &Likeness<'_>) -> bool {
        match (self.scheduled_at, other.scheduled_at) {
            (None, None) => true,
            (Some(at), Some(other)) => (at - other).abs() <= SAME_TIME,
            _ => false,
        }
    }
}
