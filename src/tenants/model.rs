use std::sync::Arc;

use chrono::{DateTime, Utc};
use engine::{
    Amount, BasisPoints, Commission, Currency, GeoPoint, Id, LocalMoney, Locale, Meters, Money, Phone, Quote, Zone,
};

use super::{Settings, drawings, logo};
use crate::{
    ui::{BrandColors, Glyph, Mark},
    verticals::{Joining, NavEntry, NavSide, Vertical},
};

engine::codes! {
    /// The status of a tenant.
    ///
    /// ```text
    /// active ⇄ paused ─> cancelled      active ─> cancelled ─> active (reactivated)
    /// ```
    pub enum Status ("status") {
        /// Its pages work.
        Active = "active",
        /// Its pages say that the business is paused: an unpaid bill, or an open question.
        Paused = "paused",
        /// The business has left; its data is kept as long as the law requires.
        Cancelled = "cancelled",
    }
}

engine::codes! {
    /// The plan a tenant has agreed with the operator. It is only a label.
    pub enum Plan ("plan") {
        Trial = "trial",
        /// The usual plan.
        Standard = "standard",
        /// Large, with individual terms.
        Scale = "scale",
    }
}

impl Plan {
    pub fn label(self) -> &'static str {
        match self {
            Self::Trial => t!("tenants-trial"),
            Self::Standard => t!("tenants-standard"),
            Self::Scale => t!("tenants-scale"),
        }
    }
}

/// A period in which customers are asked to come back later, while staff and providers continue to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    pub since: DateTime<Utc>,
    /// The message to customers; may be empty.
    pub note: String,
}

/// A business on the platform: its brand, location, money and rules.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// In every row of the tenant.
    pub id: Id<Tenant>,
    /// Used in addresses and commands.
    pub slug: String,
    pub name: String,
    /// One sentence under the brand.
    pub tagline: String,
    pub coverage: String,
    pub status: Status,
    /// Why it is paused or cancelled, written by the operator.
    pub status_reason: Option<String>,
    pub plan: Plan,
    /// The host in links to the tenant.
    pub primary_host: Option<String>,
    /// Set while it is closed to customers.
    pub maintenance: Option<Maintenance>,
    pub zone: Zone,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// How it writes numbers, money, dates and distances.
    pub locale: Locale,
    /// Other languages of its customers.
    pub locales: Vec<String>,
    /// ISO country, for parsing local phone numbers.
    pub region: String,
    /// First letters of its booking references.
    pub reference_prefix: String,
    pub phone: String,
    /// The phone number in its country's format. Formatting it is slow, and every page shows it.
    pub spoken_phone: String,
    pub email: String,
    pub colors: BrandColors,
    /// Part of the logo's URL; `None` without a logo.
    pub logo_hash: Option<String>,
    /// A small logo as a `data:` URL, so that no page waits for a request of its own for it.
    pub inline_logo: Option<Arc<str>>,
    /// Center of the area it serves.
    pub center: GeoPoint,
    /// The kinds of business it offers, the main one first.
    pub verticals: Vec<Vertical>,
    pub settings: Settings,
}

impl Tenant {
    /// The mark next to the name: the logo, or the glyph of its kind of business.
    pub fn mark(&self) -> Mark {
        self.shown_logo().map_or_else(|| self.glyph().into(), Mark::Picture)
    }

    /// The glyph of its main kind of business.
    pub fn glyph(&self) -> Glyph {
        self.verticals.first().map_or(Glyph::Route, |main| main.words().glyph)
    }

    /// What its kinds of business add to the navigation of one side.
    pub fn nav(&self, side: NavSide) -> impl Iterator<Item = NavEntry> {
        self.verticals.iter().flat_map(move |kind| kind.nav(side))
    }

    /// The page where a booking begins: that of its main kind of business.
    pub fn begins_at(&self) -> &'static str {
        self.verticals.first().map_or("/book", |main| main.begins_at())
    }

    /// Whether one of its kinds of business publishes jobs that bookings join.
    pub fn publishes_jobs(&self) -> bool {
        self.verticals.iter().any(|kind| kind.publishes_jobs())
    }

    /// Whether a provider of one of its kinds of business goes on and off duty.
    pub fn has_duty(&self) -> bool {
        self.verticals.iter().any(|kind| kind.has_duty())
    }

    /// Whether a new provider is asked this, by one of its kinds of business.
    pub fn asks_joining(&self, what: Joining) -> bool {
        self.verticals.iter().any(|kind| kind.joining().contains(&what))
    }

    /// What a new provider earns until an administrator changes it: as in its main kind of business.
    pub fn first_commission(&self) -> Commission {
        let all = Commission::Percentage(BasisPoints::ONE_HUNDRED_PERCENT);
        self.verticals.first().map_or(all, |main| main.first_commission())
    }

    /// The picture in a browser's tab. Browsers load it before they paint, so a small one is a `data:` URL.
    pub fn icon(&self) -> String {
        let drawn = || drawings::svg(self.colors, self.glyph());
        self.shown_logo().unwrap_or_else(|| logo::data_url("image/svg+xml", drawn().as_bytes()))
    }

    /// The logo as pages show it: written into them if it is small, else its address.
    fn shown_logo(&self) -> Option<String> {
        self.inline_logo.as_deref().map(str::to_owned).or_else(|| self.logo_path())
    }

    /// The address of the logo, if there is one.
    pub fn logo_path(&self) -> Option<String> {
        self.logo_hash.as_ref().map(|hash| format!("/brand/logo/{hash}"))
    }

    pub fn offers(&self, vertical: Vertical) -> bool {
        self.verticals.contains(&vertical)
    }

    /// An amount in the tenant's currency: "$125.00".
    pub const fn money(&self, amount: Amount) -> LocalMoney {
        self.locale.money(Money::new(amount, self.currency))
    }

    /// The tax that these prices contain, in words: "Includes 19% tax: €1.90". Without the rate if it isn't today's; `None` if there is none.
    pub fn included_tax<'a>(&self, prices: impl IntoIterator<Item = &'a Quote>) -> Option<String> {
        let (now, mut rate, mut included) = (self.settings.tax(), Some(self.settings.tax().rate), Amount::ZERO);
        for price in prices {
            included += price.included_tax();
            rate = rate.filter(|_| now.is_within(price));
        }
        (!included.is_zero()).then(|| self.locale.included_tax(rate, Money::new(included, self.currency)))
    }

    /// Whether a price that is typed contains the tax, as a hint.
    pub fn typed_price_hint(&self) -> &'static str {
        if self.settings.tax_included { t!("tenants-with-tax") } else { t!("tenants-before-tax") }
    }

    /// Whether the prices beside services contain the tax, in words; `None` if there is none.
    pub fn shown_prices_note(&self) -> Option<&'static str> {
        let tax = self.settings.tax();
        let note = if tax.included { t!("tenants-prices-include-tax") } else { t!("tenants-prices-are-before-tax") };
        (!tax.rate.is_zero()).then_some(note)
    }

    /// An amount for a form field: "125.00".
    pub fn typed_money(&self, amount: Amount) -> String {
        self.locale.typed_money(Money::new(amount, self.currency))
    }

    /// "2.1 miles", "3,4 km".
    pub fn distance(&self, distance: Meters) -> String {
        self.locale.distance(distance)
    }

    /// A time of day in the tenant's zone: "2:05 PM".
    pub fn time(&self, at: DateTime<Utc>) -> String {
        self.locale.time(self.zone.local(at).time())
    }

    /// A day in the tenant's zone: "Tue, Mar 3".
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.locale.date(self.zone.date(at))
    }

    /// A date with year: "Tue, Mar 3, 2026".
    pub fn full_date(&self, at: DateTime<Utc>) -> String {
        self.locale.full_date(self.zone.date(at))
    }

    /// A date with year, and the time: "Tue, Mar 3, 2026, 2:05 PM".
    pub fn full_date_time(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.full_date(at), self.time(at))
    }

    /// A day and time in the tenant's zone: "Tue, Mar 3, 2:05 PM".
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.date(at), self.time(at))
    }

    /// The same with the zone, for a reader who may be elsewhere: "Tue, Mar 3, 2:05 PM EST".
    pub fn appointment(&self, at: DateTime<Utc>) -> String {
        format!("{} {}", self.date_time(at), self.zone.abbreviation(at))
    }

    /// The `lang` of its pages: English, of the tenant's region if English is spoken there.
    pub fn lang(&self) -> &'static str {
        let tag = self.locale.as_str();
        if tag.starts_with("en-") { tag } else { "en" }
    }

    /// A time of day to the second in the tenant's zone: "2:05:09 PM".
    pub fn time_to_the_second(&self, at: DateTime<Utc>) -> String {
        self.locale.time_to_the_second(self.zone.local(at).time())
    }

    /// A time to the second with its year, for records kept for years: "Tue, Mar 3, 2026, 2:05:09 PM".
    pub fn exact(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.full_date(at), self.time_to_the_second(at))
    }

    /// What people there call the code in an address.
    pub fn postcode(&self) -> &'static str {
        if self.region == "US" { t!("tenants-zip-code") } else { "postcode" }
    }

    /// A phone number as people here write it; one of another country with that country's code.
    pub fn written_phone(&self, phone: &Phone) -> String {
        let national = phone.national();
        let is_from_here = Phone::parse(&national, &self.region).is_ok_and(|read| read == *phone);
        if is_from_here { national } else { phone.to_string() }
    }
}
