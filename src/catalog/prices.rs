//! What a service costs: a price for each line of its quote, by class, unit and number, from one moment until another.

use chrono::{DateTime, Utc};
use engine::{Amount, Id, LineKind, quote::Unit};
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
}
