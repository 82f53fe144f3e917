use chrono::{DateTime, Utc};
use engine::{Amount, Currency, GeoPoint, HourCycle, Id, Money, Phone, Zone, typed_time::DayOrder};

use super::Settings;
use crate::ui::{BrandColors, Glyph, Mark};

engine::codes! {
    /// Whether a tenant's pages answer.
    ///
    /// ```text
    /// active ⇄ paused ─> cancelled      active ─> cancelled ─> active (taken back)
    /// ```
    pub enum Status ("status") {
        /// They do.
        Active = "active",
        /// They say that the business takes a break: an unpaid bill, a question to be settled.
        Paused = "paused",
        /// The business has left; its data is kept as long as the law requires.
        Cancelled = "cancelled",
    }
}

engine::codes! {
    /// The plan a tenant has agreed with the operator. It is only a label.
    pub enum Plan ("plan") {
        /// Trying it out.
        Trial = "trial",
        /// The usual.
        Standard = "standard",
        /// Large, with individual terms.
        Scale = "scale",
    }
}

impl Plan {
    /// As people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Trial => "Trial",
            Self::Standard => "Standard",
            Self::Scale => "Scale",
        }
    }
}

/// A time during which customers are asked to come back later, while staff and providers go on working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    pub since: DateTime<Utc>,
    /// What customers read; may be empty.
    pub note: String,
}

/// A business on the platform: its brand, place, money and rules.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Identity; every row of the tenant carries it.
    pub id: Id<Tenant>,
    /// Short name for addresses and commands.
    pub slug: String,
    pub name: String,
    /// One sentence under the brand.
    pub tagline: String,
    /// Where it works, in words.
    pub coverage: String,
    pub status: Status,
    /// Why it is paused or cancelled, in the operator's words.
    pub status_reason: Option<String>,
    /// What it has agreed with the operator.
    pub plan: Plan,
    /// The host its links lead to.
    pub primary_host: Option<String>,
    /// Closed to customers for now.
    pub maintenance: Option<Maintenance>,
    /// Decides what "9 o'clock" means.
    pub zone: Zone,
    /// The one currency of all its amounts.
    pub currency: Currency,
    /// How times are written, as the tag of where that is usual: `en-US`.
    pub locale: String,
    /// Other languages its customers speak.
    pub locales: Vec<String>,
    /// ISO country, decides how local phone numbers are read.
    pub region: String,
    /// First letters of its booking references.
    pub reference_prefix: String,
    /// The number to call, E.164.
    pub phone: String,
    /// The address to write to.
    pub email: String,
    pub colors: BrandColors,
    /// Identifies the logo in its URL; none if there is no logo.
    pub logo_hash: Option<String>,
    /// Centre of the area it serves.
    pub center: GeoPoint,
    pub verticals: Vec<String>,
    pub settings: Settings,
}

impl Tenant {
    /// The mark next to the name: the logo, or a truck.
    pub fn mark(&self) -> Mark {
        match &self.logo_hash {
            Some(hash) => Mark::Picture(format!("/brand/logo/{hash}")),
            None => Glyph::Truck.into(),
        }
    }

    /// Whether this kind of business is switched on.
    pub fn offers(&self, vertical: &str) -> bool {
        self.verticals.iter().any(|code| code == vertical)
    }

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

    /// A day in the tenant's zone: "Tue, Mar 3".
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.zone.format_date(at, self.day_order())
    }

    /// A day of a record: "Tue, Mar 3, 2026".
    pub fn full_date(&self, at: DateTime<Utc>) -> String {
        self.zone.format_full_date(at, self.day_order())
    }

    /// A day and time of a record: "Tue, Mar 3, 2026, 2:05 PM".
    pub fn full_date_time(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.full_date(at), self.time(at))
    }

    /// A day and time in the tenant's zone: "Tue, Mar 3, 2:05 PM".
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        self.zone.format_date_time(at, self.day_order(), self.hour_cycle())
    }

    /// The language its pages are written in, as `lang` says it: English, of the region whose formats it uses if English is spoken there.
    pub fn lang(&self) -> &str {
        if self.locale.starts_with("en-") { &self.locale } else { "en" }
    }

    /// A time of day to the second in the tenant's zone: "2:05:09 PM".
    pub fn time_to_the_second(&self, at: DateTime<Utc>) -> String {
        let mut text = self.time(at);
        let after_minutes = text.find(':').map_or(text.len(), |colon| colon + 3);
        text.insert_str(after_minutes, &at.format(":%S").to_string());
        text
    }

    /// A time to the second with its year, for records kept for years: "Tue, Mar 3, 2026, 2:05:09 PM".
    pub fn exact(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.full_date(at), self.time_to_the_second(at))
    }

    fn hour_cycle(&self) -> HourCycle {
        if self.locale == "en-US" { HourCycle::H12 } else { HourCycle::H23 }
    }

    /// Which number of `4/5/2026` is the month here.
    pub fn day_order(&self) -> DayOrder {
        if self.locale == "en-US" { DayOrder::MonthFirst } else { DayOrder::DayFirst }
    }
}
