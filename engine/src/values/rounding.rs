//! The one rounding rule for money.

/// The quotient rounded to the nearest integer, halves away from zero: 0.5 becomes 1, −0.5 becomes −1.
/// The divisor must be positive.
pub(crate) const fn divide_half_away_from_zero(dividend: i128, divisor: i128) -> i128 {
    let half = if dividend < 0 { -(divisor / 2) } else { divisor / 2 };
    (dividend + half) / divisor
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let rounded = [-25, -24, -15, -5, -4, 0, 4, 5, 15, 24, 25].map(|n| divide_half_away_from_zero(n, 10));
        assert_eq!(rounded, [-3, -2, -2, -1, 0, 0, 0, 1, 2, 2, 3]);
    }

    proptest! {
        #[test]
        fn the_error_is_at_most_half(dividend in any::<i64>(), divisor in 1i64..) {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            let error = divide_half_away_from_zero(dividend, divisor) * divisor - dividend;
            prop_assert!(2 * error.abs() <= divisor);
        }

        #[test]
        fn rounding_is_symmetric_about_zero(dividend in any::<i64>(), divisor in 1i64..) {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            prop_assert_eq!(divide_half_away_from_zero(-dividend, divisor), -divide_half_away_from_zero(dividend, divisor));
        }
    }
}
