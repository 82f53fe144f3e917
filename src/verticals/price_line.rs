use engine::{Amount, LineKind, Quantity, quote::Unit};
use serde::Deserialize;

use crate::catalog::{ANY_CLASS, Price, PriceKey, PriceList};
use crate::words::Phrase;

/// What a line of a price sells, without its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Sold {
    pub kind: LineKind,
    pub quantity: Quantity,
}

/// A price that the services of a kind of business have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceLine {
    pub line: LineKind,
    pub unit: Unit,
    /// "Price", "Per mile".
    pub label: Phrase,
    /// Whether a service can't be booked without it.
    pub is_required: bool,
    /// A higher one is a typing error.
    pub highest: Amount,
    /// The classes that may each have a price of their own, as code and label: `("suv", "SUV")`. None: it is the same for every class.
    pub classes: &'static [(&'static str, Phrase)],
    /// Whether it depends on the number: one price for 1 to 4 people, another for 5 to 10.
    pub by_number: bool,
}

impl PriceLine {
    /// A price that a service can't be booked without, the same for every class and number.
    pub const fn required(line: LineKind, unit: Unit, label: Phrase, highest: Amount) -> Self {
        Self { line, unit, label, is_required: true, highest, classes: &[], by_number: false }
    }

    /// The same as one that a service may have.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    /// The same for each of these classes.
    #[must_use]
    pub const fn by_class(self, classes: &'static [(&'static str, Phrase)]) -> Self {
        Self { classes, ..self }
    }

    /// The same by the number.
    #[must_use]
    pub const fn by_number(self) -> Self {
        Self { by_number: true, ..self }
    }

    /// Whether there is such a price: for any number, and for any of its classes if it has some.
    pub fn is_in(&self, prices: &PriceList) -> bool {
        let has_classes = !self.classes.is_empty();
        prices.of_any(self.line, self.unit).any(|price| has_classes || price.key.vehicle_class == ANY_CLASS)
    }

    /// Whether it is of a time: an hour, a day.
    pub const fn is_of_time(&self) -> bool {
        matches!(self.unit, Unit::Hour | Unit::Day | Unit::Week | Unit::Month)
    }

    /// Whether it is of a number of people or places.
    pub const fn is_of_number(&self) -> bool {
        self.by_number || matches!(self.unit, Unit::Seat | Unit::Person)
    }

    /// Its prices as staff set them: one entry, or one for each class.
    pub fn parts(&self) -> Vec<PricePart> {
        let line = *self;
        match self.classes {
            [] => vec![PricePart { line, class: None }],
            classes => classes.iter().map(|class| PricePart { line, class: Some(*class) }).collect(),
        }
    }
}

/// The price of a line for one class: one amount, or one for each range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricePart {
    pub line: PriceLine,
    /// Its code and label.
    class: Option<(&'static str, Phrase)>,
}

impl PricePart {
    /// Its name in a form.
    pub fn code(&self) -> String {
        let class = self.class.map(|(code, _)| format!("_{code}")).unwrap_or_default();
        format!("{}_{}{class}", self.line.line, self.line.unit)
    }

    /// "Per hour", "Per hour, SUV".
    pub fn label(&self) -> String {
        let class = self.class.map(|(_, label)| format!(", {}", label.say())).unwrap_or_default();
        format!("{}{class}", self.line.label.say())
    }

    /// What it is a price of, for every number.
    pub fn key(&self) -> PriceKey {
        let key = PriceKey::new(self.line.line, self.line.unit);
        key.in_class(self.class.map_or(ANY_CLASS, |(code, _)| code))
    }

    /// Its prices in a list, by their number.
    pub fn of<'a>(&self, prices: &'a PriceList) -> Vec<&'a Price> {
        let key = self.key();
        let mut own: Vec<_> =
            prices.of_any(key.line, key.unit).filter(|price| price.key.vehicle_class == key.vehicle_class).collect();
        own.sort_by_key(|price| price.key.min_units);
        own
    }
}
