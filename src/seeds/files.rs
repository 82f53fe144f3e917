//! The files under `seeds/`, compiled in, and what their columns mean.

use anyhow::{Context, Result};
use engine::{Currency, EmailAddress, GeoPoint, Miles10, Phone, Zone};
use serde::{Deserialize, de::DeserializeOwned};

use super::moment::Moment;
use crate::tenants::Settings;

macro_rules! files {
    ($folder:literal) => {
        Files {
            folder: $folder,
            tenant: include_str!(concat!("../../seeds/", $folder, "/tenant.toml")),
            users: include_str!(concat!("../../seeds/", $folder, "/users.csv")),
            services: include_str!(concat!("../../seeds/", $folder, "/services.csv")),
            customers: include_str!(concat!("../../seeds/", $folder, "/customers.csv")),
            providers: include_str!(concat!("../../seeds/", $folder, "/providers.csv")),
            bookings: include_str!(concat!("../../seeds/", $folder, "/bookings.csv")),
            work: include_str!(concat!("../../seeds/", $folder, "/work.csv")),
            payments: include_str!(concat!("../../seeds/", $folder, "/payments.csv")),
            payouts: include_str!(concat!("../../seeds/", $folder, "/payouts.csv")),
            reviews: include_str!(concat!("../../seeds/", $folder, "/reviews.csv")),
        }
    };
}

/// The folders, in the order they are shown.
const DEMO: [Files; 2] = [files!("roadside-atl"), files!("magic-city-tow")];

/// A folder as text.
struct Files {
    folder: &'static str,
    tenant: &'static str,
    users: &'static str,
    services: &'static str,
    customers: &'static str,
    providers: &'static str,
    bookings: &'static str,
    work: &'static str,
    payments: &'static str,
    payouts: &'static str,
    reviews: &'static str,
}

/// A folder, read.
pub(super) struct Demo {
    pub tenant: TenantFile,
    pub users: Vec<UserRow>,
    pub services: Vec<ServiceRow>,
    pub customers: Vec<CustomerRow>,
    pub providers: Vec<ProviderRow>,
    pub bookings: Vec<BookingRow>,
    pub work: Vec<WorkRow>,
    pub payments: Vec<PaymentRow>,
    pub payouts: Vec<PayoutRow>,
    pub reviews: Vec<ReviewRow>,
}

/// Every demo tenant.
pub(super) fn read() -> Result<Vec<Demo>> {
    DEMO.iter().map(|files| files.read().with_context(|| format!("seeds/{}", files.folder))).collect()
}

impl Files {
    fn read(&self) -> Result<Demo> {
        Ok(Demo {
            tenant: toml::from_str(self.tenant).context("tenant.toml")?,
            users: table("users.csv", self.users)?,
            services: table("services.csv", self.services)?,
            customers: table("customers.csv", self.customers)?,
            providers: table("providers.csv", self.providers)?,
            bookings: table("bookings.csv", self.bookings)?,
            work: table("work.csv", self.work)?,
            payments: table("payments.csv", self.payments)?,
            payouts: table("payouts.csv", self.payouts)?,
            reviews: table("reviews.csv", self.reviews)?,
        })
    }
}

fn table<Row: DeserializeOwned>(name: &'static str, text: &str) -> Result<Vec<Row>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.context(name)).collect()
}

/// `tenant.toml`: the business and its rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TenantFile {
    pub slug: String,
    pub name: String,
    pub tagline: String,
    pub coverage: String,
    pub hosts: Vec<String>,
    pub phone: Phone,
    pub email: EmailAddress,
    pub zone: Zone,
    pub currency: Currency,
    pub locale: String,
    pub region: String,
    pub reference_prefix: String,
    pub brand_color: String,
    pub accent_color: String,
    pub latitude: f64,
    pub longitude: f64,
    pub verticals: Vec<String>,
    pub locales: Option<Vec<String>>,
    /// An SVG.
    pub logo: Option<String>,
    #[serde(deserialize_with = "Settings::strictly")]
    pub settings: Settings,
}

/// An account of the back office.
#[derive(Deserialize)]
pub(super) struct UserRow {
    pub email: EmailAddress,
    pub name: String,
    pub phone: Phone,
    pub roles: String,
}

/// A service and its price.
#[derive(Deserialize)]
pub(super) struct ServiceRow {
    pub slug: String,
    pub title: String,
    pub category: String,
    pub base: String,
    pub per_mile: Option<String>,
    pub minutes: i32,
    pub asks_destination: bool,
    pub icon: String,
    pub description: String,
}

/// A customer and the car; with an account or without.
#[derive(Deserialize)]
pub(super) struct CustomerRow {
    pub name: String,
    pub full_name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub account: bool,
    pub year: i32,
    pub make: String,
    pub model: String,
    pub color: String,
    pub plate: Option<String>,
}

/// A provider; on duty exactly if a position is given. `percent` or `flat_fee` is what they earn of a job.
#[derive(Deserialize)]
pub(super) struct ProviderRow {
    pub name: String,
    pub full_name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub status: String,
    pub percent: Option<i32>,
    pub flat_fee: Option<String>,
    pub skills: String,
    pub vehicle: String,
    pub address: String,
    pub latitude: f64,
    pub longitude: f64,
    pub position_latitude: Option<f64>,
    pub position_longitude: Option<f64>,
}

impl ProviderRow {
    /// Where they live.
    pub(super) fn home(&self) -> Result<GeoPoint> {
        Ok(GeoPoint::new(self.latitude, self.longitude)?)
    }

    /// Where they are, if they are on duty.
    pub(super) fn position(&self) -> Result<Option<GeoPoint>> {
        point(self.position_latitude, self.position_longitude)
    }

    /// Whether they can do a service.
    pub(super) fn can_do(&self, service: &str) -> bool {
        self.skills.split_whitespace().any(|skill| skill == service)
    }

    /// How the customer calls them.
    pub(super) fn first_name(&self) -> &str {
        engine::field::first_name(&self.full_name)
    }
}

engine::codes! {
    /// How far a demo booking has come.
    pub enum Stage ("stage") {
        /// Nobody can be sent to words alone.
        WaitsForLocation = "waits_for_location",
        /// Agreed for later; nobody is looked for yet.
        Scheduled = "scheduled",
        /// A provider is on the way.
        EnRoute = "en_route",
        /// The work is being done.
        InProgress = "in_progress",
        /// The work is done.
        Completed = "completed",
        /// Called off by the customer before anyone took it.
        Cancelled = "cancelled",
    }
}

impl Stage {
    /// The booking's phase.
    pub(super) const fn phase(self) -> &'static str {
        match self {
            Self::WaitsForLocation | Self::Scheduled => "confirmed",
            Self::EnRoute => "dispatched",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// What the booking waits for.
    pub(super) const fn waits_for(self) -> Option<&'static str> {
        match self {
            Self::WaitsForLocation => Some("location"),
            Self::Scheduled => Some("provider"),
            Self::EnRoute | Self::InProgress | Self::Completed | Self::Cancelled => None,
        }
    }

    /// The state of its job.
    pub(super) const fn job_state(self) -> &'static str {
        match self {
            Self::WaitsForLocation | Self::Scheduled => "open",
            Self::EnRoute => "en_route",
            Self::InProgress => "in_progress",
            Self::Completed => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A booking.
#[derive(Deserialize)]
pub(super) struct BookingRow {
    pub name: String,
    pub customer: String,
    pub service: String,
    pub stage: Stage,
    pub requested: Moment,
    pub scheduled: Option<Moment>,
    pub method: String,
    pub source: String,
    pub address: String,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub destination: Option<String>,
    pub destination_latitude: Option<f64>,
    pub destination_longitude: Option<f64>,
    pub notes: Option<String>,
}

impl BookingRow {
    /// Where the car is.
    pub(super) fn point(&self) -> Result<Option<GeoPoint>> {
        point(self.latitude, self.longitude)
    }

    /// Where it goes.
    pub(super) fn destination_point(&self) -> Result<Option<GeoPoint>> {
        point(self.destination_latitude, self.destination_longitude)
    }
}

engine::codes! {
    /// Who found the provider.
    pub enum Algorithm ("algorithm") {
        /// The dispatcher.
        Auto = "auto",
        /// A member of staff.
        Manual = "manual",
    }
}

/// Who does a booking's job, and how it came to that.
#[derive(Deserialize)]
pub(super) struct WorkRow {
    pub booking: String,
    pub provider: String,
    pub algorithm: Algorithm,
    /// Miles driven with the car, where they differ from the estimate.
    pub miles: Option<Miles10Text>,
    /// The payout its earning is in, if it has been paid.
    pub payout: Option<String>,
}

/// Miles as people write them, `5.4`.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "String")]
pub(super) struct Miles10Text(pub Miles10);

impl TryFrom<String> for Miles10Text {
    type Error = engine::MilesError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

/// A payment for a completed booking. Without an amount it is whatever is left to pay.
#[derive(Deserialize)]
pub(super) struct PaymentRow {
    pub booking: String,
    pub amount: Option<String>,
    pub status: String,
}

/// A transfer to a provider.
#[derive(Deserialize)]
pub(super) struct PayoutRow {
    pub name: String,
    pub provider: String,
    pub paid: Moment,
    pub note: String,
}

/// What the customer said afterwards.
#[derive(Deserialize)]
pub(super) struct ReviewRow {
    pub booking: String,
    pub rating: i16,
    pub comment: Option<String>,
}

fn point(latitude: Option<f64>, longitude: Option<f64>) -> Result<Option<GeoPoint>> {
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Ok(Some(GeoPoint::new(latitude, longitude)?)),
        _ => Ok(None),
    }
}
