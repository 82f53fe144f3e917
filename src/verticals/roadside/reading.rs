//! Parses a [`RoadsideForm`] into a [`RoadsideRequest`], or into errors by field.

use chrono::{DateTime, Datelike, Utc};
use engine::{EmailAddress, Phone, field, typed_time};

use super::{RoadsideForm, side::Side};
use crate::{
    bookings::{PaymentMethod, Whereabouts, appointment::Moment},
    catalog::ServiceRules,
    customers::{
        Contact,
        vehicles::{SavedVehicle, Vehicle},
    },
    error::FieldErrors,
    payments::methods,
    tenants::Tenant,
};

/// A parsed roadside booking.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadsideRequest {
    pub place: Whereabouts,
    /// The destination, if there is one and it is known.
    pub destination: Option<Whereabouts>,
    pub vehicle: Vehicle,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub contact: Contact,
    pub payment_method: PaymentMethod,
    pub notes: Option<String>,
}

/// The data a form is parsed against.
pub(super) struct Reader<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) asks_destination: bool,
    pub(super) rules: &'a ServiceRules,
    pub(super) saved: &'a [SavedVehicle],
    pub(super) now: DateTime<Utc>,
}

impl Reader<'_> {
    /// Parses the form, or returns its errors by field.
    pub(super) fn read(&self, form: &RoadsideForm) -> Result<RoadsideRequest, FieldErrors> {
        let mut errors = FieldErrors::default();
        let place = errors.take("address", Side::Pickup.of(form).read(self.tenant));
        let to = Side::Destination.of(form);
        let destination =
            (self.asks_destination && !to.is_empty()).then(|| errors.take("destination", to.read(self.tenant)));
        let vehicle = self.vehicle(form, &mut errors);
        let moment = Moment { when: &form.when, date: &form.date, time: &form.time };
        let scheduled_at = moment.read(self.tenant, self.now, &mut errors);
        let is_read = scheduled_at.is_some() || form.when == "now";
        if let Some(breach) = self.rules.breach_by_time(scheduled_at, self.now).filter(|_| is_read) {
            errors.add(breach.field(), breach.sentence(self.tenant.locale));
        }
        let name = errors.take("name", field::required(&form.name, 120));
        let phone = errors.take("phone", Phone::parse(&form.phone, &self.tenant.region));
        let email = match form.email.trim() {
            "" => None,
            text => errors.take("email", text.parse::<EmailAddress>()),
        };
        let payment_method = errors.take("payment_method", methods::read(self.tenant, &form.payment_method));
        let notes = errors.take("notes", field::multiline(&form.notes, 1000));
        match (place, vehicle, name, phone, payment_method, notes) {
            (Some(place), Some(vehicle), Some(name), Some(phone), Some(payment_method), Some(notes))
                if errors.is_empty() =>
            {
                Ok(RoadsideRequest {
                    place,
                    destination: destination.flatten(),
                    vehicle,
                    scheduled_at,
                    contact: Contact { name, phone, email },
                    payment_method,
                    notes,
                })
            }
            _ => Err(errors),
        }
    }

    pub(super) fn vehicle(&self, form: &RoadsideForm, errors: &mut FieldErrors) -> Option<Vehicle> {
        if !form.saved_vehicle.is_empty() {
            let saved = self.saved.iter().find(|saved| saved.id.to_string() == form.saved_vehicle);
            return errors.take(
                "saved_vehicle",
                saved.map(|saved| saved.vehicle.clone()).ok_or(t!("roadside-choose-one-of-your-vehicles-or")),
            );
        }
        let newest = self.tenant.zone.date(self.now).year() + 2;
        let year = errors.take("vehicle_year", year(&form.vehicle_year, newest));
        let make = errors.take("vehicle_make", field::required(&form.vehicle_make, 40));
        let model = errors.take("vehicle_model", field::required(&form.vehicle_model, 40));
        let color = errors.take("vehicle_color", field::required(&form.vehicle_color, 30));
        let plate = errors.take("vehicle_plate", field::optional(&form.vehicle_plate, 12));
        Some(Vehicle { year: year?, make: make?, model: model?, color: color?, plate: plate? })
    }
}

/// Normalizes day and time to the formats of the form's fields.
pub(super) fn with_plain_moment(tenant: &Tenant, form: &mut RoadsideForm) {
    if let Some(date) = tenant.locale.read_day(&form.date) {
        form.date = date.to_string();
    }
    if let Some(time) = typed_time::time_of_day(&form.time) {
        form.time = time.format("%H:%M").to_string();
    }
}

fn year(text: &str, newest: i32) -> Result<i32, String> {
    let text = field::to_ascii(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(t!("roadside-enter-the-model-year").into());
    }
    text.parse()
        .ok()
        .filter(|year| (1900..=newest).contains(year))
        .ok_or_else(|| t!("roadside-enter-a-4-digit-year-from", newest = newest))
}
