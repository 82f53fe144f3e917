//! The columns of the tables that every kind of business has.

use std::collections::BTreeMap;

use anyhow::Result;
use engine::{Currency, EmailAddress, GeoPoint, LineKind, Locale, Phone, Zone, quote::Unit};
use serde::Deserialize;

use super::moment::Moment;
use crate::{
    bookings::{LocationSource, PaymentMethod, Phase},
    catalog::ServiceStatus,
    customers::Contact,
    dispatch::JobState,
    providers::ProviderStatus,
    tenants::Settings,
    verticals::Vertical,
};

/// `tenant.toml`: the business and its rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantFile {
    pub slug: String,
    pub name: String,
    pub tagline: String,
    pub coverage: String,
    pub hosts: Vec<String>,
    pub phone: Phone,
    pub email: EmailAddress,
    pub zone: Zone,
    pub currency: Currency,
    pub locale: Locale,
    pub region: String,
    pub reference_prefix: String,
    pub brand_color: String,
    pub accent_color: String,
    pub latitude: f64,
    pub longitude: f64,
    pub verticals: Vec<Vertical>,
    pub locales: Option<Vec<String>>,
    pub logo: Option<String>,
    #[serde(deserialize_with = "Settings::strictly")]
    pub settings: Settings,
}

#[derive(Deserialize)]
pub struct UserRow {
    pub email: EmailAddress,
    pub name: String,
    pub phone: Phone,
    pub roles: String,
}

#[derive(Deserialize)]
pub struct ServiceRow {
    pub slug: String,
    pub kind: Vertical,
    pub title: String,
    pub category: String,
    pub minutes: i32,
    pub icon: String,
    pub description: String,
    /// Whose own it is, if it isn't the business's.
    pub provider: Option<String>,
    /// Active unless it says otherwise.
    pub status: Option<ServiceStatus>,
    /// Why staff suspended it.
    pub reason: Option<String>,
    /// All columns, with what its kind keeps of it.
    #[serde(skip)]
    pub columns: BTreeMap<String, String>,
}

/// A price of a service.
#[derive(Deserialize)]
pub struct PriceRow {
    pub service: String,
    pub line: LineKind,
    pub unit: Unit,
    /// For which class; `None`: the same for every class.
    pub class: Option<String>,
    /// For so many, up to so many; `None`: from one on, and without end.
    pub least: Option<i32>,
    pub most: Option<i32>,
    pub amount: String,
    /// From when on; `None`: as long as there is the service.
    pub from: Option<Moment>,
}

/// A customer, with or without an account.
#[derive(Deserialize)]
pub struct CustomerRow {
    pub name: String,
    pub full_name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub account: bool,
}

impl CustomerRow {
    pub fn contact(&self) -> Contact {
        Contact { name: self.full_name.clone(), phone: self.phone.clone(), email: Some(self.email.clone()) }
    }
}

/// A provider; on duty if a position is given. `percent` or `flat_fee` is their share of a job.
#[derive(Deserialize)]
pub struct ProviderRow {
    pub name: String,
    pub full_name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub status: ProviderStatus,
    pub percent: Option<i32>,
    pub flat_fee: Option<String>,
    #[serde(default)]
    pub skills: String,
    pub vehicle: Option<String>,
    pub address: String,
    pub latitude: f64,
    pub longitude: f64,
    pub position_latitude: Option<f64>,
    pub position_longitude: Option<f64>,
}

impl ProviderRow {
    pub(super) fn home(&self) -> Result<GeoPoint> {
        Ok(GeoPoint::new(self.latitude, self.longitude)?)
    }

    /// Their position, if they are on duty.
    pub(super) fn position(&self) -> Result<Option<GeoPoint>> {
        point(self.position_latitude, self.position_longitude)
    }
}

engine::codes! {
    /// How far a demo booking gets.
    pub enum Stage ("stage") {
        /// Somebody has to say yes or no.
        Requested = "requested",
        /// Somebody said no.
        Declined = "declined",
        /// Nobody answered in time.
        Expired = "expired",
        /// The address is only words, so no provider can be sent.
        WaitsForLocation = "waits_for_location",
        /// Agreed, for a later time; no provider has it yet, or none has to come.
        Scheduled = "scheduled",
        /// A provider has it, and hasn't set out.
        Dispatched = "dispatched",
        EnRoute = "en_route",
        InProgress = "in_progress",
        Completed = "completed",
        /// Cancelled by the customer while providers were still being asked, or at another time that the row says.
        Cancelled = "cancelled",
        /// Cancelled by the customer when a provider was on the way.
        CancelledOnTheWay = "cancelled_on_the_way",
        /// Nobody was there when the provider arrived, or the customer didn't come.
        NoShow = "no_show",
    }
}

impl Stage {
    /// The phase at the end of its history.
    pub(super) const fn phase(self) -> Phase {
        match self {
            Self::Requested => Phase::Pending,
            Self::WaitsForLocation | Self::Scheduled => Phase::Confirmed,
            Self::Dispatched | Self::EnRoute => Phase::Dispatched,
            Self::InProgress => Phase::InProgress,
            Self::Completed => Phase::Completed,
            Self::Declined | Self::Expired | Self::Cancelled | Self::CancelledOnTheWay => Phase::Cancelled,
            Self::NoShow => Phase::NoShow,
        }
    }

    /// How far its jobs get, unless their rows say otherwise.
    pub(super) const fn of_jobs(self) -> JobState {
        match self {
            Self::EnRoute | Self::CancelledOnTheWay => JobState::EnRoute,
            Self::InProgress => JobState::InProgress,
            Self::Completed => JobState::Done,
            Self::NoShow => JobState::Unsuccessful,
            _ => JobState::Assigned,
        }
    }
}

/// What every kind of business books. What only some have, like an end, people or a size, are columns that they read themselves.
#[derive(Deserialize)]
pub struct BookingRow {
    pub name: String,
    pub customer: String,
    pub service: String,
    pub stage: Stage,
    pub requested: Moment,
    pub scheduled: Option<Moment>,
    pub method: PaymentMethod,
    pub source: LocationSource,
    pub address: String,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub notes: Option<String>,
    /// When the customer cancels, if not at once.
    pub cancelled: Option<Moment>,
    /// Why the customer cancels, why it is declined, or what the provider says who finds nobody.
    pub reason: Option<String>,
}

impl BookingRow {
    pub fn point(&self) -> Result<Option<GeoPoint>> {
        point(self.latitude, self.longitude)
    }
}

engine::codes! {
    /// How the provider is chosen.
    pub enum Algorithm ("algorithm") {
        /// Providers are asked, and the one of the row accepts.
        Auto = "auto",
        /// Staff choose: after every offer has timed out, or soon if nobody is asked. They always choose a crew.
        Manual = "manual",
        /// The provider discovers it and takes it.
        Taken = "taken",
    }
}

engine::codes! {
    /// Why the provider who was asked first doesn't do the job.
    pub enum FirstDid ("action of the first provider") {
        Declined = "declined",
        GaveBack = "gave_back",
    }
}

/// Who does a job, and how they got it. A booking has a row for each of its jobs that somebody does, in the order in which they are opened.
#[derive(Deserialize)]
pub struct WorkRow {
    /// The booking; `None` for a job that its kind of business published.
    pub booking: Option<String>,
    /// As what the job was opened, if its booking has several; the name of a published one.
    pub job: Option<String>,
    /// Those who do it, the lead first.
    pub providers: String,
    pub algorithm: Algorithm,
    /// How far it gets; `None`: as far as its booking.
    pub stage: Option<JobState>,
    /// The provider asked first, if it was another one.
    pub first: Option<String>,
    pub first_did: Option<FirstDid>,
    /// Why the first provider gives it back.
    pub reason: Option<String>,
}

impl WorkRow {
    /// Those who do it, the lead first.
    pub fn crew(&self) -> impl Iterator<Item = &str> {
        self.providers.split_whitespace()
    }

    /// Its name in messages and for chances: "legs-01 pickup".
    pub(super) fn name(&self) -> String {
        [&self.booking, &self.job].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Something that only the booking's kind of business knows how to do: the customer stays an hour longer.
#[derive(Deserialize)]
pub struct DeedRow {
    pub booking: String,
    pub at: Moment,
    /// Who does it: a provider's or customer's name, or the e-mail address of somebody in the back office.
    pub by: String,
    pub deed: String,
}

/// A payment confirmed by staff; all others are still expected.
#[derive(Deserialize)]
pub struct PaymentRow {
    pub booking: String,
    /// The provider who took the cash; `None` if the business received the money itself.
    pub received_by: Option<String>,
}

/// A payout of a provider's earnings up to that time.
#[derive(Deserialize)]
pub struct PayoutRow {
    pub provider: String,
    pub made: Moment,
    pub paid: Option<Moment>,
}

/// The customer's review.
#[derive(Deserialize)]
pub struct ReviewRow {
    pub booking: String,
    pub rating: i16,
    pub comment: Option<String>,
}

/// A point of two columns.
pub fn point(latitude: Option<f64>, longitude: Option<f64>) -> Result<Option<GeoPoint>> {
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Ok(Some(GeoPoint::new(latitude, longitude)?)),
        _ => Ok(None),
    }
}
