//! The draft of a booking: a stored form, and the data it is parsed against.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id, LineKind, Miles10, Price, TaxRate, quote::Unit};
use sqlx::PgConnection;

use super::{Pricing, RoadsideForm, RoadsideRequest, RoadsideService, Rules, labels, reading};
use crate::{
    catalog::{PriceList, PricedService, Service},
    customers::vehicles::{self, SavedVehicle},
    error::{AppError, FieldErrors},
    identity::{User, token::Token},
    places::geocoding::{Found, Geocoder, Place, Precision},
    server::drafts::{Draft, load_draft},
    tenants::Tenant,
};

/// How long a draft is stored: long enough for an interruption, too short to become a record.
pub(super) const KEPT_FOR: TimeDelta = TimeDelta::hours(6);

/// The message if it has expired.
pub(super) fn expired() -> AppError {
    AppError::conflict(t!("roadside-this-form-was-open-too-long"))
}

/// The conditions of a booking: the service, and who books.
pub struct Terms {
    pub(super) service: Service,
    pub(super) price: Price,
    pub(super) saved: Vec<SavedVehicle>,
}

impl Terms {
    /// The terms of a service for an account or a guest; `None` if it can't be booked now.
    pub async fn load(
        db: &mut PgConnection,
        account: Option<Id<User>>,
        found: PricedService,
    ) -> Result<Option<Self>, AppError> {
        let PricedService { service, prices } = found;
        let Some(price) = price_of(&prices).filter(|_| service.is_active()) else {
            return Ok(None);
        };
        let saved = match account {
            Some(user) => vehicles::list_of_user(db, user).await?,
            None => Vec::new(),
        };
        Ok(Some(Self { service, price, saved }))
    }

    /// Parses a form under these terms.
    pub(super) fn read(
        &self,
        tenant: &Tenant,
        form: &RoadsideForm,
        now: DateTime<Utc>,
    ) -> Result<RoadsideRequest, FieldErrors> {
        let (asks_destination, rules) = (RoadsideService::of(&self.service).asks_destination, &self.service.rules);
        reading::Reader { tenant, asks_destination, rules, saved: &self.saved, now }.read(form)
    }

    pub(super) fn pricing(&self, tenant: &Tenant) -> Pricing {
        let at_most = i32::try_from(Rules::of(tenant).unknown_miles_ceiling).ok();
        let tax = tenant.settings.tax();
        Pricing {
            service_name: self.service.name.clone(),
            price: Price { tax, ..self.price },
            labels: labels(tax),
            currency: tenant.currency,
            locale: tenant.locale,
            asks_destination: RoadsideService::of(&self.service).asks_destination,
            at_most: at_most.and_then(|miles| Miles10::whole(miles).ok()).unwrap_or(Miles10::MAX),
        }
    }
}

/// The price of a service, without tax; `None` if it has none.
pub fn price_of(prices: &PriceList) -> Option<Price> {
    Some(Price {
        base: prices.of(LineKind::Service, Unit::Job)?,
        per_mile: prices.of(LineKind::Mileage, Unit::Mile),
        tax: TaxRate::ZERO.into(),
    })
}

/// The form of a draft: [`start_booking`](super::actions::start_booking)'s.
pub(super) const FORM: &str = "/api/roadside_start_booking";

/// The draft of this token.
pub(super) async fn open(db: &mut PgConnection, token: &Token) -> Result<Option<(Draft, RoadsideForm)>, AppError> {
    let draft = load_draft(db, token).await?.filter(|draft| draft.form == FORM);
    Ok(draft.map(|draft| {
        let form = RoadsideForm::from_values(&draft.state.values);
        (draft, form)
    }))
}

/// One of the two places of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Pickup,
    Destination,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Pickup, Self::Destination];

    /// The address of a side without a point.
    fn unplaced(self, form: &RoadsideForm) -> Option<&str> {
        let end = match self {
            Self::Pickup => reading::pickup(form),
            Self::Destination => reading::destination(form),
        };
        (end.point().is_none() && !end.text.is_empty()).then_some(end.text)
    }

    /// Sets the point of a side. The name of a landmark replaces the typed address; the name of an area doesn't, because the address is more precise.
    pub(super) fn place(self, form: &mut RoadsideForm, place: &Place) {
        let (text, latitude, longitude, source, placed) = match self {
            Self::Pickup => {
                (&mut form.address, &mut form.latitude, &mut form.longitude, &mut form.source, &mut form.placed)
            }
            Self::Destination => (
                &mut form.destination,
                &mut form.destination_latitude,
                &mut form.destination_longitude,
                &mut form.destination_source,
                &mut form.destination_placed,
            ),
        };
        if place.precision == Precision::Spot {
            *text = place.label();
        }
        *latitude = place.point.latitude().to_string();
        *longitude = place.point.longitude().to_string();
        "place".clone_into(source);
        text.trim().clone_into(placed);
    }
}

/// The possible meanings of an address, for the customer to choose from.
pub(super) struct Question {
    pub(super) side: Side,
    pub(super) words: String,
    pub(super) found: Found,
}

/// Searches the address of every side without a point. Returns those with results, for the customer to choose.
pub(super) async fn questions(
    geocoder: &Geocoder,
    near: GeoPoint,
    form: &RoadsideForm,
    asks_destination: bool,
) -> Vec<Question> {
    let mut questions = Vec::new();
    let sides = Side::BOTH.into_iter().filter(|side| asks_destination || *side == Side::Pickup);
    for side in sides.filter(|_| form.asked.is_empty()) {
        let Some(words) = side.unplaced(form) else { continue };
        let found = geocoder.search(words, near).await;
        if !found.places.is_empty() {
            questions.push(Question { side, words: words.to_owned(), found });
        }
    }
    questions
}

/// Adds a description to a point without one, so that people can read where it is.
pub(super) fn put_into_words(form: &mut RoadsideForm, geocoder: &Geocoder) {
    let pickup = reading::pickup(form);
    if let (true, Some((_, point))) = (pickup.text.is_empty(), pickup.point()) {
        form.address = geocoder.in_words(point);
        form.placed.clone_from(&form.address);
    }
    let destination = reading::destination(form);
    if let (true, Some((_, point))) = (destination.text.is_empty(), destination.point()) {
        form.destination = geocoder.in_words(point);
        form.destination_placed.clone_from(&form.destination);
    }
}
