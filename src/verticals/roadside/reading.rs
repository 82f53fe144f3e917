//! Parses a [`RoadsideForm`] into a [`RoadsideRequest`], or into errors by field.

use chrono::{DateTime, Datelike, Utc};
use engine::{EmailAddress, FieldError, GeoPoint, Phone, field, typed_time};

use super::RoadsideForm;
use crate::{
    bookings::{LocationSource, PaymentMethod, Whereabouts, appointment::Moment},
    catalog::ServiceRules,
    customers::{
        Contact,
        vehicles::{SavedVehicle, Vehicle},
    },
    error::FieldErrors,
    payments::methods,
    tenants::Tenant,
};

/// Maximum length of an address.
const ADDRESS_LENGTH: usize = 300;

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
        let place = errors.take("address", pickup(form).read(self.tenant));
        let to = destination(form);
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

/// One end of the trip, as in the form.
pub(super) struct End<'a> {
    pub(super) text: &'a str,
    latitude: &'a str,
    longitude: &'a str,
    source: &'a str,
    placed: &'a str,
}

/// The car's location.
pub(super) fn pickup(form: &RoadsideForm) -> End<'_> {
    End {
        text: form.address.trim(),
        latitude: form.latitude.trim(),
        longitude: form.longitude.trim(),
        source: &form.source,
        placed: form.placed.trim(),
    }
}

/// The destination.
pub(super) fn destination(form: &RoadsideForm) -> End<'_> {
    End {
        text: form.destination.trim(),
        latitude: form.destination_latitude.trim(),
        longitude: form.destination_longitude.trim(),
        source: &form.destination_source,
        placed: form.destination_placed.trim(),
    }
}

impl End<'_> {
    /// Whether nothing was entered.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.point().is_none()
    }

    /// The point for the words: if the words have changed without a new point, the place is unknown.
    pub(super) fn point(&self) -> Option<(LocationSource, GeoPoint)> {
        let source = self.source.parse().ok().filter(|source| *source != LocationSource::Address)?;
        let point = GeoPoint::new(self.latitude.parse().ok()?, self.longitude.parse().ok()?).ok()?;
        (self.text == self.placed).then_some((source, point))
    }

    fn read(&self, tenant: &Tenant) -> Result<Whereabouts, String> {
        let address = field::required(self.text, ADDRESS_LENGTH).map_err(|error| match error {
            FieldError::Missing => t!("roadside-tell-us-where-an-address-a", postcode = tenant.postcode()),
            other => other.to_string(),
        })?;
        Ok(match self.point() {
            Some((source, point)) => Whereabouts { address, source, point: Some(point) },
            None => Whereabouts { address, source: LocationSource::Address, point: None },
        })
    }
}
