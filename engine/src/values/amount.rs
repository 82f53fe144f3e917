use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

use super::{BasisPoints, TaxRate, divide_half_away_from_zero};

/// An amount of money in the minor units (cents, tiyn) of the tenant's currency. Negative for discounts, refunds and debts.
///
/// The operators panic on overflow. Amounts from outside are bounded far below it
/// (see [`Money::parse`](super::Money::parse)); use the checked operations where a factor comes from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

impl Amount {
    pub const ZERO: Self = Self(0);

    pub const fn minor(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    pub fn checked_times(self, count: i64) -> Option<Self> {
        self.0.checked_mul(count).map(Self)
    }

    /// `None` if any partial sum overflows.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    #[must_use]
    pub fn times(self, count: i64) -> Self {
        self.checked_times(count).expect("amounts are bounded far below an overflow")
    }

    /// A part of the amount, rounded once, halves away from zero: 70% of $0.05 is $0.04.
    #[must_use]
    pub fn share(self, part: BasisPoints) -> Self {
        self.fraction(part.get(), BasisPoints::ONE_HUNDRED_PERCENT.get())
    }

    /// The tax on the amount, rounded once, halves away from zero: 8.875% of $4.00 is $0.36.
    #[must_use]
    pub fn tax_at(self, rate: TaxRate) -> Self {
        self.fraction(rate.thousandths(), TaxRate::ONE_HUNDRED_PERCENT.thousandths())
    }

    /// The tax contained in the amount, rounded once, halves away from zero: 19% within $119.00 are $19.00.
    #[must_use]
    pub fn tax_within(self, rate: TaxRate) -> Self {
        self.fraction(rate.thousandths(), TaxRate::ONE_HUNDRED_PERCENT.thousandths() + rate.thousandths())
    }

    fn fraction(self, part: i32, whole: i32) -> Self {
        let exact = i128::from(self.0) * i128::from(part);
        let rounded = divide_half_away_from_zero(exact, i128::from(whole));
        Self(i64::try_from(rounded).expect("a part is no larger than the whole"))
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect("amounts are bounded far below an overflow")
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.checked_sub(other).expect("amounts are bounded far below an overflow")
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Self> for Amount {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

impl From<i64> for Amount {
    fn from(minor: i64) -> Self {
        Self(minor)
    }
}

impl From<Amount> for i64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

column!(Amount as i64);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(points: i32) -> BasisPoints {
        BasisPoints::new(points).unwrap()
    }

    #[test]
    fn a_share_rounds_halves_away_from_zero() {
        assert_eq!(Amount(5).share(part(7000)), Amount(4));
        assert_eq!(Amount(-5).share(part(7000)), Amount(-4));
        assert_eq!(Amount(1).share(part(5000)), Amount(1));
        assert_eq!(Amount(1).share(part(4999)), Amount(0));
        assert_eq!(Amount(i64::MAX).share(part(10_000)), Amount(i64::MAX));
        assert_eq!(Amount(i64::MIN).share(part(10_000)), Amount(i64::MIN));
    }

    #[test]
    fn the_checked_ones_notice_an_overflow() {
        assert_eq!(Amount(i64::MAX).checked_add(Amount(1)), None);
        assert_eq!(Amount(i64::MIN).checked_sub(Amount(1)), None);
        assert_eq!(Amount(i64::MAX).checked_times(2), None);
        assert_eq!(Amount::checked_sum([Amount(i64::MAX), Amount(1), Amount(-1)]), None);
    }

    #[test]
    #[should_panic(expected = "bounded")]
    fn a_sum_never_wraps() {
        let _ = Amount(i64::MAX) + Amount(1);
    }

    proptest! {
        #[test]
        fn a_share_lies_between_nothing_and_the_whole(minor in 0i64.., points in 0i32..=10_000) {
            let share = Amount(minor).share(part(points));
            prop_assert!(Amount::ZERO <= share && share <= Amount(minor));
        }

        #[test]
        fn a_larger_amount_has_no_smaller_share(a in any::<i64>(), b in any::<i64>(), points in 0i32..=10_000) {
            let (less, more) = (Amount(a.min(b)), Amount(a.max(b)));
            prop_assert!(less.share(part(points)) <= more.share(part(points)));
        }

        #[test]
        fn a_share_mirrors_at_zero(minor in -i64::MAX.., points in 0i32..=10_000) {
            prop_assert_eq!(Amount(-minor).share(part(points)), -Amount(minor).share(part(points)));
        }

        #[test]
        fn sums_do_not_depend_on_the_order(mut minors in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 0..50)) {
            let forward: Amount = minors.iter().copied().map(Amount).sum();
            minors.reverse();
            let backward: Amount = minors.iter().copied().map(Amount).sum();
            prop_assert_eq!(forward, backward);
        }
    }
}
