use std::fmt;

use serde::{Deserialize, Serialize};

use super::Unit;
use crate::values::{Amount, divide_half_away_from_zero};

codes! {
    pub enum LineKind ("kind of line") {
        /// The service itself, at its base price.
        Service = "service",
        Mileage = "mileage",
        Concierge = "concierge",
        /// Added by the platform.
        PlatformFee = "platform_fee",
        /// Negative.
        Discount = "discount",
        /// Tax on the lines above.
        Tax = "tax",
        /// Without tax and commission.
        Tip = "tip",
        /// Work added to the booking.
        Extension = "extension",
        CancellationFee = "cancellation_fee",
        /// A correction, positive or negative.
        Adjustment = "adjustment",
    }
}

impl LineKind {
    pub const fn is_taxed(self) -> bool {
        !matches!(self, Self::Tax | Self::Tip)
    }

    /// Whether the provider and the business share it. A tip is the provider's alone, tax and the platform's fee are not the provider's.
    pub const fn is_shared(self) -> bool {
        !matches!(self, Self::Tax | Self::Tip | Self::PlatformFee)
    }

    pub(super) const fn may_be_negative(self) -> bool {
        matches!(self, Self::Discount | Self::Adjustment)
    }
}

/// A number of units, in thousandths: 6.4 miles are 6,400, a quarter of an hour is 250.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Quantity {
    pub const ONE: Self = Self(1_000);

    pub const fn whole(count: u32) -> Self {
        Self(count as i64 * Self::ONE.0)
    }

    /// The cost of this many units, rounded once, halves away from zero; `None` on overflow.
    pub fn price(self, unit_price: Amount) -> Option<Amount> {
        let exact = i128::from(self.0) * i128::from(unit_price.minor());
        i64::try_from(divide_half_away_from_zero(exact, i128::from(Self::ONE.0))).ok().map(Amount)
    }
}

impl From<i64> for Quantity {
    fn from(thousandths: i64) -> Self {
        Self(thousandths)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// With the decimals it needs: `1`, `6.4`, `0.25`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, thousandths) = (self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        let text = format!("{sign}{whole}.{thousandths:03}");
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

column!(Quantity as i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    pub kind: LineKind,
    /// Shown to the customer.
    pub label: String,
    pub quantity: Quantity,
    #[serde(default)]
    pub unit: Unit,
    pub unit_price: Amount,
    /// Units times unit price, rounded once; less where [`settle`](super::mileage::settle) limited it.
    pub amount: Amount,
}

impl Line {
    pub fn single(kind: LineKind, label: impl Into<String>, amount: Amount) -> Self {
        Self { kind, label: label.into(), quantity: Quantity::ONE, unit: Unit::Job, unit_price: amount, amount }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quantity_is_shown_with_the_decimals_it_needs() {
        let shown = [1_000, 6_400, 250, 0, 10_000, -1_500, 1].map(|thousandths| Quantity(thousandths).to_string());
        assert_eq!(shown, ["1", "6.4", "0.25", "0", "10", "-1.5", "0.001"]);
    }

    #[test]
    fn a_line_is_rounded_once_halves_away_from_zero() {
        assert_eq!(Quantity(500).price(Amount(5)), Some(Amount(3)));
        assert_eq!(Quantity(500).price(Amount(-5)), Some(Amount(-3)));
        assert_eq!(Quantity(6_400).price(Amount(300)), Some(Amount(1_920)));
    }

    #[test]
    fn a_price_beyond_all_measure_is_none() {
        assert_eq!(Quantity(i64::MAX).price(Amount(i64::MAX)), None);
    }

    #[test]
    fn lines_of_before_units_are_read_as_jobs() {
        let json = r#"{"kind":"mileage","label":"Mileage","quantity":6400,"unit_price":300,"amount":1920}"#;
        assert_eq!(serde_json::from_str::<Line>(json).unwrap().unit, Unit::Job);
    }

    #[test]
    fn codes_are_snake_case() {
        for &kind in LineKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(kind.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }

    proptest! {
        #[test]
        fn one_unit_costs_its_price(minor in any::<i64>()) {
            prop_assert_eq!(Quantity::ONE.price(Amount(minor)), Some(Amount(minor)));
        }

        #[test]
        fn more_units_cost_no_less(a in 0i64..1_000_000_000, b in 0i64..1_000_000_000, price in 0i64..1_000_000_000) {
            prop_assert!(Quantity(a.min(b)).price(Amount(price)) <= Quantity(a.max(b)).price(Amount(price)));
        }
    }
}
