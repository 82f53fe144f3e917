//! A booking that staff make for a customer, as its kind of business sees the form.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use engine::GeoPoint;

use crate::{
    bookings::{Whereabouts, people::Person},
    catalog::{PriceList, Service},
    fulfilment::make::Beginning,
    tenants::Tenant,
    words::Phrase,
};

/// The name of the place where the work is; a kind may ask for more places.
pub const SITE: &str = "site";

/// What staff have typed so far.
pub struct OfficeCall<'a> {
    pub tenant: &'a Tenant,
    pub service: &'a Service,
    pub prices: &'a PriceList,
    /// The fields of the kind, by name.
    pub details: &'a BTreeMap<String, String>,
    /// The places given so far, by name.
    pub places: &'a BTreeMap<&'static str, Whereabouts>,
    /// The appointment, once its day and time can be read.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

impl OfficeCall<'_> {
    /// A place, if it is on the map.
    pub fn point(&self, place: &str) -> Option<GeoPoint> {
        self.places.get(place)?.point
    }
}

/// What a kind reads from its fields.
pub struct OfficeOrder<D> {
    /// What it keeps of the booking.
    pub details: D,
    /// `None`: when the work is done.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many: seats, people, places; mostly one.
    pub units: i32,
    /// Who comes along.
    pub people: Vec<Person>,
    /// Somebody else has to say yes until then; `None` if it is agreed on the phone.
    pub answer_until: Option<DateTime<Utc>>,
}

impl<D> OfficeOrder<D> {
    /// One, until the work is done, and agreed.
    pub const fn of(details: D) -> Self {
        Self { details, ends_at: None, units: 1, people: Vec::new(), answer_until: None }
    }

    /// How the booking begins.
    pub(super) fn beginning(&self, otherwise: Beginning) -> Beginning {
        self.answer_until.map_or(otherwise, |until| Beginning::Requested { until })
    }
}

/// A place that only this kind asks for. It may be left empty.
#[derive(Debug, Clone, Copy)]
pub struct OfficePlace {
    pub name: &'static str,
    pub label: Phrase,
    pub hint: Phrase,
}

/// What a customer had before, to be chosen instead of typed again: a vehicle, a garden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub label: String,
    /// The fields of the kind that it fills in.
    pub details: BTreeMap<String, String>,
}

/// The name in the form of a kind's field.
pub fn detail(name: &str) -> String {
    format!("details[{name}]")
}
