use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Quote, cancellation};
use crate::values::{Amount, BasisPoints};

/// The part of the price that is refunded for cancelling this long before the start, or earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RefundTier {
    pub minutes_before: u32,
    pub refund: BasisPoints,
}

/// Rules for cancelling by the time that is left: the earliest first, and refunds never rise towards the start. After the last one nothing is
/// refunded; without any rule everything always is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<RefundTier>", into = "Vec<RefundTier>")]
pub struct RefundTiers(Vec<RefundTier>);

/// Why such rules are rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RefundTiersError {
    #[error("Two rules are for the same time")]
    SameTime,
    #[error("A later cancellation can't get a larger refund")]
    Rising,
}

impl RefundTiers {
    /// The rules in any order.
    pub fn new(mut tiers: Vec<RefundTier>) -> Result<Self, RefundTiersError> {
        tiers.sort_by_key(|tier| std::cmp::Reverse(tier.minutes_before));
        for pair in tiers.windows(2) {
            if pair[0].minutes_before == pair[1].minutes_before {
                return Err(RefundTiersError::SameTime);
            }
            if pair[1].refund > pair[0].refund {
                return Err(RefundTiersError::Rising);
            }
        }
        Ok(Self(tiers))
    }

    pub fn tiers(&self) -> &[RefundTier] {
        &self.0
    }

    /// The part that is refunded so many minutes before the start; negative after it.
    pub fn refund(&self, minutes_before: i64) -> BasisPoints {
        if self.0.is_empty() {
            return BasisPoints::ONE_HUNDRED_PERCENT;
        }
        let tier = self.0.iter().find(|tier| i64::from(tier.minutes_before) <= minutes_before);
        tier.map_or(BasisPoints::ZERO, |tier| tier.refund)
    }

    /// The fee for cancelling a booking of this price so many minutes before the start: what isn't refunded. A quote with one line, or without
    /// lines if it is free.
    pub fn fee(&self, minutes_before: i64, approved_total: Amount, label: &str) -> Quote {
        let total = approved_total.clamp(Amount::ZERO, Quote::LIMIT);
        cancellation(total - total.share(self.refund(minutes_before)), label)
    }
}

impl TryFrom<Vec<RefundTier>> for RefundTiers {
    type Error = RefundTiersError;

    fn try_from(tiers: Vec<RefundTier>) -> Result<Self, Self::Error> {
        Self::new(tiers)
    }
}

impl From<RefundTiers> for Vec<RefundTier> {
    fn from(tiers: RefundTiers) -> Self {
        tiers.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 60;

    fn tier(hours_before: u32, percent: i32) -> RefundTier {
        RefundTier { minutes_before: hours_before * 60, refund: BasisPoints::percent(percent).unwrap() }
    }

    /// Everything up to 48 hours before, half up to 24.
    fn tiers() -> RefundTiers {
        RefundTiers::new(vec![tier(24, 50), tier(48, 100)]).unwrap()
    }

    fn fee(tiers: &RefundTiers, minutes_before: i64, total: i64) -> i64 {
        tiers.fee(minutes_before, Amount(total), "Cancelled late").total().minor()
    }

    #[test]
    fn cancelling_in_time_costs_nothing_and_later_a_part_or_everything() {
        let fees =
            [50 * HOUR, 48 * HOUR, 48 * HOUR - 1, 24 * HOUR, 2 * HOUR, -HOUR].map(|left| fee(&tiers(), left, 15_001));
        assert_eq!(fees, [0, 0, 7_500, 7_500, 15_001, 15_001], "halves of a cent are refunded");
        assert!(tiers().fee(50 * HOUR, Amount(15_000), "").lines().is_empty());
    }

    #[test]
    fn without_rules_cancelling_is_free() {
        assert_eq!(fee(&RefundTiers::default(), -HOUR, 15_000), 0);
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused_also_in_json() {
        assert_eq!(RefundTiers::new(vec![tier(24, 50), tier(24, 100)]), Err(RefundTiersError::SameTime));
        assert_eq!(RefundTiers::new(vec![tier(24, 100), tier(48, 50)]), Err(RefundTiersError::Rising));
        let json = serde_json::to_string(&tiers()).unwrap();
        assert_eq!(serde_json::from_str::<RefundTiers>(&json).unwrap(), tiers());
        assert!(serde_json::from_str::<RefundTiers>(&json.replace("5000", "10001")).is_err());
        assert!(serde_json::from_str::<RefundTiers>(&json.replace("2880", "1440")).is_err());
    }

    proptest! {
        #[test]
        fn cancelling_later_never_costs_less_and_never_more_than_the_booking(
            rules in prop::collection::vec((0u32..10_000, 0i32..=10_000), 0..5), total in any::<i64>(), a in -100_000i64..100_000, b in -100_000i64..100_000,
        ) {
            let rules = rules.into_iter().map(|(minutes_before, points)| RefundTier { minutes_before, refund: BasisPoints::new(points).unwrap() });
            if let Ok(tiers) = RefundTiers::new(rules.collect()) {
                let (early, late) = (fee(&tiers, a.max(b), total), fee(&tiers, a.min(b), total));
                prop_assert!(0 <= early && early <= late && late <= total.clamp(0, Quote::LIMIT.minor()));
            }
        }
    }
}
