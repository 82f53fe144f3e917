use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{BasisPoints, percent};

/// A tax rate in thousandths of a percent, from 0 to 100,000 (100%): New York City's 8.875% is 8,875.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct TaxRate(i32);

/// Below zero, above 100%, or with more than three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter a percentage from 0 to 100, with three decimals at most, like 8.875")]
pub struct TaxRateError;

impl TaxRate {
    pub const ZERO: Self = Self(0);
    pub const ONE_HUNDRED_PERCENT: Self = Self(100_000);

    pub const fn new(thousandths: i32) -> Result<Self, TaxRateError> {
        if thousandths >= 0 && thousandths <= Self::ONE_HUNDRED_PERCENT.0 {
            Ok(Self(thousandths))
        } else {
            Err(TaxRateError)
        }
    }

    pub const fn thousandths(self) -> i32 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl From<BasisPoints> for TaxRate {
    fn from(points: BasisPoints) -> Self {
        Self(points.get() * 10)
    }
}

impl TryFrom<i32> for TaxRate {
    type Error = TaxRateError;

    fn try_from(thousandths: i32) -> Result<Self, Self::Error> {
        Self::new(thousandths)
    }
}

impl From<TaxRate> for i32 {
    fn from(rate: TaxRate) -> Self {
        rate.0
    }
}

/// With as many decimals as needed: `8%`, `8.9%`, `8.875%`.
impl fmt::Display for TaxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        percent::write(f, self.0, 3)
    }
}

/// Reads what a person types: `8`, `8.875`, `8,875 %`, `8.8750`.
impl std::str::FromStr for TaxRate {
    type Err = TaxRateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(percent::read(text, 3).ok_or(TaxRateError)?)
    }
}

column!(TaxRate as i32);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::Amount;

    fn rate(thousandths: i32) -> TaxRate {
        TaxRate::new(thousandths).unwrap()
    }

    #[test]
    fn a_rate_is_shown_in_percent() {
        let shown = [0, 1, 250, 8_900, 8_875, 70_000, 100_000].map(|thousandths| rate(thousandths).to_string());
        assert_eq!(shown, ["0%", "0.001%", "0.25%", "8.9%", "8.875%", "70%", "100%"]);
    }

    #[test]
    fn a_rate_is_read_as_people_type_it() {
        for text in ["8.875", "8,875", "8.8750", " 8.875 % ", "8.875%", "08.875", "٨٫٨٧٥٪", "８．８７５％"]
        {
            assert_eq!(text.parse(), Ok(rate(8_875)), "{text}");
        }
        assert_eq!("19".parse(), Ok(rate(19_000)));
        for text in ["", "%", "-1", "100.001", "8.8755", "7o", "1e2", ".5", "5.", "99999999999", "8 875", "1.000,5"] {
            assert_eq!(text.parse::<TaxRate>(), Err(TaxRateError), "{text}");
        }
    }

    #[test]
    fn tax_is_rounded_once_to_the_nearest_minor_unit() {
        // 8.875% of $33.33 are $2.9580375.
        assert_eq!(Amount(3_333).tax_at(rate(8_875)), Amount(296));
        assert_eq!(Amount(400).tax_at(rate(8_875)), Amount(36), "35.5 goes away from zero");
        assert_eq!(Amount(-400).tax_at(rate(8_875)), Amount(-36));
        assert_eq!(Amount(i64::MAX).tax_at(TaxRate::ONE_HUNDRED_PERCENT), Amount(i64::MAX));
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<TaxRate>("100001").is_err());
        assert_eq!(serde_json::from_str::<TaxRate>("8875").unwrap(), rate(8_875));
    }

    proptest! {
        #[test]
        fn shown_values_can_be_typed(thousandths in 0i32..=100_000) {
            prop_assert_eq!(rate(thousandths).to_string().parse(), Ok(rate(thousandths)));
        }

        #[test]
        fn a_rate_of_whole_basis_points_taxes_as_their_share(points in 0i32..=10_000, minor in any::<i64>()) {
            let points = BasisPoints::new(points).unwrap();
            prop_assert_eq!(Amount(minor).tax_at(points.into()), Amount(minor).share(points));
        }

        #[test]
        fn tax_is_within_half_a_minor_unit_of_exact(thousandths in 0i32..=100_000, minor in any::<i64>()) {
            let tax = i128::from(Amount(minor).tax_at(rate(thousandths)).minor());
            let error = tax * 100_000 - i128::from(minor) * i128::from(thousandths);
            prop_assert!(error.abs() * 2 <= 100_000);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,24}") {
            let _ = text.parse::<TaxRate>();
        }
    }
}
