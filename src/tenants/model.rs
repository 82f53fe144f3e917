use chrono::{DateTime, TimeDelta, Utc};
use engine::{Amount, BasisPoints, CancellationFees, Currency, GeoPoint, HourCycle, Id, Money, Phone, Zone};
use serde::{Deserialize, Serialize};

use crate::ui::BrandColors;

/// A business on the platform: its brand, place, money and rules.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Identity; every row of the tenant carries it.
    pub id: Id<Tenant>,
    /// Short name for addresses and commands.
    pub slug: String,
    /// The brand.
    pub name: String,
    /// One sentence under the brand.
    pub tagline: String,
    /// Where it works, in words.
    pub coverage: String,
    /// `active`, `paused` or `cancelled`.
    pub status: String,
    /// Decides what "9 o'clock" means.
    pub zone: Zone,
    /// The one currency of all its amounts.
    pub currency: Currency,
    /// Language and format, `en-US`.
    pub locale: String,
    /// ISO country, decides how local phone numbers are read.
    pub region: String,
    /// First letters of its booking references.
    pub reference_prefix: String,
    /// The number to call, E.164.
    pub phone: String,
    /// The address to write to.
    pub email: String,
    /// What colors its pages.
    pub colors: BrandColors,
    /// Centre of the area it serves.
    pub center: GeoPoint,
    /// Verticals switched on.
    pub verticals: Vec<String>,
    /// Its rules.
    pub settings: Settings,
}

impl Tenant {
    /// The number as people here write it.
    pub fn spoken_phone(&self) -> String {
        self.phone.parse::<Phone>().map_or_else(|_| self.phone.clone(), |phone| phone.national())
    }

    /// An amount in the tenant's currency.
    pub fn money(&self, amount: Amount) -> Money {
        Money { amount, currency: self.currency }
    }

    /// A time of day in the tenant's zone: "2:05 PM".
    pub fn time(&self, at: DateTime<Utc>) -> String {
        self.zone.format_time(at, self.hour_cycle())
    }

    /// A day in the tenant's zone: "Tue 3 Mar".
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.zone.format_date(at)
    }

    /// A day and time in the tenant's zone: "Tue 3 Mar, 2:05 PM".
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        self.zone.format_date_time(at, self.hour_cycle())
    }

    fn hour_cycle(&self) -> HourCycle {
        if self.locale == "en-US" { HourCycle::H12 } else { HourCycle::H23 }
    }
}

/// A tenant's rules, each with a default that works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How long one provider may think about an offer, seconds.
    pub offer_seconds: u32,
    /// How long a provider is looked for before the booking says that none was found, minutes.
    pub search_minutes: u32,
    /// How far away a provider may be, kilometres in a straight line.
    pub search_radius_km: u32,
    /// A position older than this doesn't count, minutes.
    pub position_fresh_minutes: u32,
    /// How long before a scheduled time a provider is looked for, minutes.
    pub dispatch_lead_minutes: u32,
    /// Average speed on the road, km/h.
    pub speed_kmh: u32,
    /// Added to the estimated arrival before it is promised, percent.
    pub promise_margin_percent: u32,
    /// Fee for cancelling once a provider is on the job, minor units.
    pub dispatch_fee: i64,
    /// Fee for cancelling once the provider has arrived, minor units.
    pub dry_run_fee: i64,
    /// The most miles a tow with an unknown end may be charged for without asking again.
    pub unknown_miles_ceiling: u32,
    /// Tax on services, basis points; prices are without it.
    pub tax_basis_points: u32,
    /// Where CashApp payments go.
    pub cashapp_handle: Option<String>,
    /// Where Zelle payments go.
    pub zelle_handle: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offer_seconds: 30,
            search_minutes: 10,
            search_radius_km: 60,
            position_fresh_minutes: 10,
            dispatch_lead_minutes: 60,
            speed_kmh: 45,
            promise_margin_percent: 25,
            dispatch_fee: 3500,
            dry_run_fee: 6000,
            unknown_miles_ceiling: 25,
            tax_basis_points: 0,
            cashapp_handle: None,
            zelle_handle: None,
        }
    }
}

impl Settings {
    /// How long one provider may think about an offer.
    pub fn offer_window(&self) -> TimeDelta {
        TimeDelta::seconds(self.offer_seconds.into())
    }

    /// How long a provider is looked for.
    pub fn search_window(&self) -> TimeDelta {
        TimeDelta::minutes(self.search_minutes.into())
    }

    /// Tax on services; a rate no tenant can have counts as none.
    pub fn tax(&self) -> BasisPoints {
        i32::try_from(self.tax_basis_points)
            .ok()
            .and_then(|rate| BasisPoints::new(rate).ok())
            .unwrap_or(BasisPoints::ZERO)
    }

    /// What cancelling costs, by how far the provider is.
    pub fn cancellation_fees(&self) -> CancellationFees {
        CancellationFees { dispatch_fee: Amount(self.dispatch_fee), dry_run_fee: Amount(self.dry_run_fee) }
    }

    /// How long before a scheduled time a provider is looked for.
    pub fn dispatch_lead(&self) -> TimeDelta {
        TimeDelta::minutes(self.dispatch_lead_minutes.into())
    }

    /// A position older than this doesn't count.
    pub fn position_fresh(&self) -> TimeDelta {
        TimeDelta::minutes(self.position_fresh_minutes.into())
    }
}
