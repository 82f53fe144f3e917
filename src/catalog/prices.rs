//! What a service costs: a price for each line of its quote, by class, unit and number, from one moment until another.

use chrono::{DateTime, Utc};
use engine::{
    Amount, Id, LineKind, QuoteError, Unit,
    quote::{self, Charge, GroupRates, GroupTier, StayRates},
};
use serde::{Deserialize, Serialize};

/// The class of a price that is the same for every class.
pub const ANY_CLASS: &str = "any";

/// What a price is of. Of each, a service has one price at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct PriceKey {
    /// The line of the quote that it is for.
    pub line: LineKind,
    /// A class of vehicles, or [`ANY_CLASS`].
    pub vehicle_class: String,
    /// What it is for one of.
    pub unit: Unit,
    /// For so many; mostly one.
    pub min_units: i32,
    /// Up to so many; `None`: or more.
    pub max_units: Option<i32>,
}

impl PriceKey {
    /// A price that doesn't depend on class or number.
    pub fn new(line: LineKind, unit: Unit) -> Self {
        Self { line, vehicle_class: ANY_CLASS.to_owned(), unit, min_units: 1, max_units: None }
    }

    /// The same for a class.
    #[must_use]
    pub fn in_class(self, class: impl Into<String>) -> Self {
        Self { vehicle_class: class.into(), ..self }
    }

    /// The same for so many, up to so many.
    #[must_use]
    pub fn for_number(self, from: i32, to: Option<i32>) -> Self {
        Self { min_units: from, max_units: to, ..self }
    }
}

/// A price from one moment until another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Price {
    pub id: Id<Price>,
    #[serde(flatten)]
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub key: PriceKey,
    #[serde(rename = "base_amount")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "base_amount"))]
    pub amount: Amount,
    pub effective_from: DateTime<Utc>,
    /// When the next price begins; `None` if there is none.
    pub effective_to: Option<DateTime<Utc>>,
}

impl Price {
    fn group_tier(&self) -> GroupTier {
        let people = |number: i32| u32::try_from(number).unwrap_or_default();
        let most = self.key.max_units.map_or(u32::MAX, people);
        GroupTier { people: (people(self.key.min_units), most), per_person: self.amount }
    }
}

/// The prices of a service that are in force.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PriceList(Vec<Price>);

impl PriceList {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Price> {
        self.0.iter()
    }

    /// The prices of a line and unit, for any class and number.
    pub fn of_any(&self, line: LineKind, unit: Unit) -> impl Iterator<Item = &Price> {
        self.iter().filter(move |price| (price.key.line, price.key.unit) == (line, unit))
    }

    /// The least price of a line and unit, for any class and number.
    pub fn least(&self, line: LineKind, unit: Unit) -> Option<Amount> {
        self.of_any(line, unit).map(|price| price.amount).min()
    }

    /// Those of a history that are in force at a moment.
    pub fn at(history: &[Price], moment: DateTime<Utc>) -> Self {
        let holds =
            |price: &&Price| price.effective_from <= moment && price.effective_to.is_none_or(|until| moment < until);
        history.iter().filter(holds).cloned().collect()
    }

    /// The price of one, whatever the class.
    pub fn of(&self, line: LineKind, unit: Unit) -> Option<Amount> {
        self.for_number(line, ANY_CLASS, unit, 1)
    }

    /// The price of one for so many of a class: its own, or else the one of every class.
    pub fn for_number(&self, line: LineKind, class: &str, unit: Unit, number: i32) -> Option<Amount> {
        let fits = |price: &&Price, class: &str| {
            let key = &price.key;
            (key.line, key.unit) == (line, unit)
                && key.vehicle_class == class
                && key.min_units <= number
                && key.max_units.is_none_or(|most| number <= most)
        };
        let own = self.0.iter().find(|price| fits(price, class));
        own.or_else(|| self.0.iter().find(|price| fits(price, ANY_CLASS))).map(|price| price.amount)
    }

    /// The prices of a time, for [`stay`](quote::stay): a unit without a price isn't charged by.
    pub fn stay_rates(&self, line: LineKind) -> StayRates {
        let of = |unit| self.of(line, unit);
        StayRates { hour: of(Unit::Hour), day: of(Unit::Day), week: of(Unit::Week), month: of(Unit::Month) }
    }

    /// The prices a person by the size of the group. A last price without an end is for groups of up to [`u32::MAX`]. `None` without a price, and if
    /// a size between the smallest and the largest has none.
    pub fn group_rates(&self, line: LineKind) -> Option<GroupRates> {
        let of_all = self.of_any(line, Unit::Person).filter(|price| price.key.vehicle_class == ANY_CLASS);
        GroupRates::new(of_all.map(Price::group_tier).collect()).ok()
    }

    /// What so many seats cost.
    pub fn seats(&self, line: LineKind, count: u32) -> Result<Charge, QuoteError> {
        quote::seats(self.of(line, Unit::Seat).ok_or(QuoteError::NoPrice)?, count)
    }
}

impl FromIterator<Price> for PriceList {
    fn from_iter<I: IntoIterator<Item = Price>>(prices: I) -> Self {
        Self(prices.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(key: PriceKey, amount: i64) -> Price {
        Price { id: Id::new(), key, amount: Amount(amount), effective_from: DateTime::UNIX_EPOCH, effective_to: None }
    }

    #[test]
    fn a_price_of_a_class_or_number_comes_before_the_one_of_all() {
        let hour = || PriceKey::new(LineKind::Service, Unit::Hour);
        let person = |from, to| PriceKey::new(LineKind::Service, Unit::Person).for_number(from, to);
        let prices: PriceList = [
            price(hour(), 500),
            price(hour().in_class("suv"), 700),
            price(person(1, Some(4)), 2_000),
            price(person(5, Some(10)), 1_500),
        ]
        .into_iter()
        .collect();
        assert_eq!(prices.of(LineKind::Service, Unit::Hour), Some(Amount(500)));
        assert_eq!(prices.for_number(LineKind::Service, "suv", Unit::Hour, 1), Some(Amount(700)));
        assert_eq!(prices.for_number(LineKind::Service, "compact", Unit::Hour, 1), Some(Amount(500)));
        let group = |people| prices.for_number(LineKind::Service, ANY_CLASS, Unit::Person, people);
        assert_eq!([4, 5, 10, 11].map(group), [Some(Amount(2_000)), Some(Amount(1_500)), Some(Amount(1_500)), None]);
        assert_eq!(prices.of(LineKind::Concierge, Unit::Job), None);
        assert_eq!(prices.least(LineKind::Service, Unit::Person), Some(Amount(1_500)), "what the largest group pays");
        assert_eq!(prices.least(LineKind::Service, Unit::Day), None);
    }

    #[test]
    fn a_time_is_charged_by_the_units_that_have_a_price() {
        let of = |unit| PriceKey::new(LineKind::Service, unit);
        let prices: PriceList = [
            price(of(Unit::Hour), 300),
            price(of(Unit::Day), 2_000),
            price(of(Unit::Day).in_class("suv"), 9_000),
            price(PriceKey::new(LineKind::Extension, Unit::Week), 1),
        ]
        .into_iter()
        .collect();
        let rates = prices.stay_rates(LineKind::Service);
        assert_eq!(rates, StayRates { hour: Some(Amount(300)), day: Some(Amount(2_000)), week: None, month: None });
        let charged: Vec<_> = quote::stay(&rates, 25 * 60).unwrap().iter().map(|part| part.unit).collect();
        assert_eq!(charged, [Unit::Day, Unit::Hour]);
        assert_eq!(quote::stay(&prices.stay_rates(LineKind::Concierge), 60), Err(QuoteError::NoPrice));
    }

    #[test]
    fn a_group_pays_the_price_of_its_size_and_the_last_price_may_have_no_end() {
        let person = |from, to| PriceKey::new(LineKind::Service, Unit::Person).for_number(from, to);
        let list = |prices: Vec<Price>| prices.into_iter().collect::<PriceList>();
        let prices = list(vec![
            price(person(5, None), 1_500),
            price(person(2, Some(4)), 2_000),
            price(person(1, None).in_class("child"), 1),
        ]);
        let rates = prices.group_rates(LineKind::Service).unwrap();
        let group = |people| rates.charge(people).map(|charge| charge.amount().unwrap());
        assert_eq!(
            [1, 4, 5, 1_000].map(group),
            [None, Some(Amount(8_000)), Some(Amount(7_500)), Some(Amount(1_500_000))]
        );
        let with_a_gap = list(vec![price(person(1, Some(4)), 2_000), price(person(6, None), 1_500)]);
        assert_eq!(with_a_gap.group_rates(LineKind::Service), None);
        assert_eq!(list(Vec::new()).group_rates(LineKind::Service), None);
    }

    #[test]
    fn seats_cost_the_price_of_one_and_need_it() {
        let prices: PriceList = [price(PriceKey::new(LineKind::Service, Unit::Seat), 450_000)].into_iter().collect();
        let two = prices.seats(LineKind::Service, 2).unwrap();
        assert_eq!((two.unit, two.amount()), (Unit::Seat, Ok(Amount(900_000))));
        assert_eq!(prices.seats(LineKind::Extension, 2), Err(QuoteError::NoPrice));
        assert_eq!(prices.seats(LineKind::Service, 0).unwrap().amount(), Ok(Amount::ZERO));
    }
}
