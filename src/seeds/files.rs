//! The files under `seeds/`, compiled into the binary, and their columns.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use engine::{Currency, EmailAddress, GeoPoint, Locale, Phone, Zone};
use serde::{Deserialize, de::DeserializeOwned};

use super::moment::Moment;
use crate::{
    bookings::{LocationSource, PaymentMethod, Phase},
    providers::ProviderStatus,
    tenants::Settings,
    verticals::Vertical,
};

macro_rules! files {
    ($folder:literal) => {
        Files {
            folder: $folder,
            tenant: include_str!(concat!("../../seeds/", $folder, "/tenant.toml")),
            tables: &[
                ("users", include_str!(concat!("../../seeds/", $folder, "/users.csv"))),
                ("services", include_str!(concat!("../../seeds/", $folder, "/services.csv"))),
                ("customers", include_str!(concat!("../../seeds/", $folder, "/customers.csv"))),
                ("providers", include_str!(concat!("../../seeds/", $folder, "/providers.csv"))),
                ("bookings", include_str!(concat!("../../seeds/", $folder, "/bookings.csv"))),
                ("work", include_str!(concat!("../../seeds/", $folder, "/work.csv"))),
                ("payments", include_str!(concat!("../../seeds/", $folder, "/payments.csv"))),
                ("payouts", include_str!(concat!("../../seeds/", $folder, "/payouts.csv"))),
                ("reviews", include_str!(concat!("../../seeds/", $folder, "/reviews.csv"))),
            ],
        }
    };
}

/// The folders, in the order they are shown.
static DEMO: [Files; 2] = [files!("roadside-atl"), files!("magic-city-tow")];

/// The text of a folder's files.
struct Files {
    folder: &'static str,
    tenant: &'static str,
    /// The tables, by name.
    tables: &'static [(&'static str, &'static str)],
}

/// The parsed files of a folder.
pub struct Demo {
    files: &'static Files,
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

impl Demo {
    /// A table with the columns that a kind of business reads itself.
    pub fn table<Row: DeserializeOwned>(&self, name: &str) -> Result<Vec<Row>> {
        self.files.table(name)
    }

    pub(super) fn booking(&self, name: &str) -> Result<&BookingRow> {
        self.bookings.iter().find(|row| row.name == name).with_context(|| format!("no booking {name}"))
    }

    pub fn customer(&self, name: &str) -> Result<&CustomerRow> {
        self.customers.iter().find(|row| row.name == name).with_context(|| format!("no customer {name}"))
    }

    pub(super) fn service(&self, slug: &str) -> Result<&ServiceRow> {
        self.services.iter().find(|row| row.slug == slug).with_context(|| format!("no service {slug}"))
    }

    pub(super) fn provider(&self, name: &str) -> Result<&ProviderRow> {
        self.providers.iter().find(|row| row.name == name).with_context(|| format!("no provider {name}"))
    }

    pub(super) fn work(&self, booking: &str) -> Option<&WorkRow> {
        self.work.iter().find(|row| row.booking == booking)
    }
}

/// Every demo tenant.
pub fn read() -> Result<Vec<Demo>> {
    DEMO.iter().map(|files| files.read().with_context(|| format!("seeds/{}", files.folder))).collect()
}

impl Files {
    fn read(&'static self) -> Result<Demo> {
        Ok(Demo {
            files: self,
            tenant: toml::from_str(self.tenant).context("tenant.toml")?,
            users: self.table("users")?,
            services: self.services()?,
            customers: self.table("customers")?,
            providers: self.table("providers")?,
            bookings: self.table("bookings")?,
            work: self.table("work")?,
            payments: self.table("payments")?,
            payouts: self.table("payouts")?,
            reviews: self.table("reviews")?,
        })
    }

    fn table<Row: DeserializeOwned>(&self, name: &str) -> Result<Vec<Row>> {
        let (_, text) =
            self.tables.iter().find(|(known, _)| *known == name).with_context(|| format!("no {name}.csv"))?;
        let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
        rows.map(|row| row.with_context(|| format!("{name}.csv"))).collect()
    }

    /// The services, with the columns of their prices.
    fn services(&self) -> Result<Vec<ServiceRow>> {
        let (rows, columns) = (self.table::<ServiceRow>("services")?, self.table("services")?);
        Ok(rows.into_iter().zip(columns).map(|(row, columns)| ServiceRow { columns, ..row }).collect())
    }
}

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
    /// All columns: the amounts in those named like its prices, and what its kind keeps of it.
    #[serde(skip)]
    pub columns: BTreeMap<String, String>,
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
    pub skills: String,
    pub vehicle: String,
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
        /// The address is only words, so no provider can be sent.
        WaitsForLocation = "waits_for_location",
        /// For a later time; the search hasn't started.
        Scheduled = "scheduled",
        EnRoute = "en_route",
        InProgress = "in_progress",
        Completed = "completed",
        /// Cancelled by the customer while providers were still being asked.
        Cancelled = "cancelled",
        /// Cancelled by the customer when a provider was on the way.
        CancelledOnTheWay = "cancelled_on_the_way",
        /// Nobody was there when the provider arrived.
        NoShow = "no_show",
    }
}

impl Stage {
    /// The phase at the end of its history.
    pub(super) const fn phase(self) -> Phase {
        match self {
            Self::WaitsForLocation | Self::Scheduled => Phase::Confirmed,
            Self::EnRoute => Phase::Dispatched,
            Self::InProgress => Phase::InProgress,
            Self::Completed => Phase::Completed,
            Self::Cancelled | Self::CancelledOnTheWay => Phase::Cancelled,
            Self::NoShow => Phase::NoShow,
        }
    }
}

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
    /// Why the customer cancels, or what the provider says who finds nobody.
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
        Auto = "auto",
        /// Staff assign a provider after every offer has timed out.
        Manual = "manual",
    }
}

engine::codes! {
    /// Why the provider who was asked first doesn't do the job.
    pub enum FirstDid ("action of the first provider") {
        Declined = "declined",
        GaveBack = "gave_back",
    }
}

/// The provider who does a booking's job, and how they got it.
#[derive(Deserialize)]
pub struct WorkRow {
    pub booking: String,
    pub provider: String,
    pub algorithm: Algorithm,
    /// The provider asked first, if it was another one.
    pub first: Option<String>,
    pub first_did: Option<FirstDid>,
    /// Why the first provider gives it back.
    pub reason: Option<String>,
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
