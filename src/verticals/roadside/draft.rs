//! The draft of a booking: a stored form, and the data it is parsed against.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{GeoPoint, Id, LineKind, Miles10, Price, TaxRate, quote::Unit};
use sqlx::PgConnection;

use super::{Pricing, RoadsideForm, RoadsideRequest, RoadsideService, Rules, labels, reading, side::Side};
use crate::{
    catalog::{PriceList, PricedService, Service},
    customers::vehicles::{self, SavedVehicle},
    error::{AppError, FieldErrors},
    identity::{User, token::Token},
    places::{geocoding::Geocoder, question::PlaceQuestion},
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

/// Searches the address of every side without a point. Returns those with results, for the customer to choose.
pub(super) async fn questions(
    geocoder: &Geocoder,
    near: GeoPoint,
    form: &RoadsideForm,
    asks_destination: bool,
) -> Vec<(Side, PlaceQuestion)> {
    let mut questions = Vec::new();
    let sides = Side::BOTH.into_iter().filter(|side| asks_destination || *side == Side::Pickup);
    for side in sides.filter(|_| form.asked.is_empty()) {
        questions.extend(PlaceQuestion::about(&side.of(form), geocoder, near).await.map(|question| (side, question)));
    }
    questions
}
