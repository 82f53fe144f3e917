use serde::{Deserialize, Serialize};

use super::{Amount, BasisPoints};

/// What the *provider* earns of a booking; the tenant keeps the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commission {
    /// A share of the price.
    Percentage(BasisPoints),
    /// A fixed amount per job, whatever its price.
    FlatPerJob(Amount),
}

impl Commission {
    /// The provider's earning. Never negative and never more than `total`, so that a flat amount can't cost the tenant
    /// more than the customer paid.
    pub fn provider_share(self, total: Amount) -> Amount {
        let total = total.max(Amount::ZERO);
        match self {
            Self::Percentage(part) => total.share(part),
            Self::FlatPerJob(flat) => flat.clamp(Amount::ZERO, total),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_commission() -> impl Strategy<Value = Commission> {
        prop_oneof![
            (0i32..=10_000).prop_map(|points| Commission::Percentage(BasisPoints::new(points).unwrap())),
            any::<i64>().prop_map(|minor| Commission::FlatPerJob(Amount(minor))),
        ]
    }

    #[test]
    fn a_percentage_is_of_the_price() {
        let commission = Commission::Percentage(BasisPoints::percent(70).unwrap());
        assert_eq!(commission.provider_share(Amount(12_500)), Amount(8_750));
    }

    #[test]
    fn a_flat_amount_is_capped_at_the_price() {
        let commission = Commission::FlatPerJob(Amount(6_000));
        assert_eq!(commission.provider_share(Amount(12_500)), Amount(6_000));
        assert_eq!(commission.provider_share(Amount(4_000)), Amount(4_000));
    }

    #[test]
    fn nothing_is_earned_of_a_refund() {
        assert_eq!(Commission::FlatPerJob(Amount(6_000)).provider_share(Amount(-100)), Amount::ZERO);
    }

    proptest! {
        #[test]
        fn the_share_lies_between_nothing_and_the_total(commission in any_commission(), total in 0i64..) {
            let share = commission.provider_share(Amount(total));
            prop_assert!(Amount::ZERO <= share && share <= Amount(total));
        }

        #[test]
        fn a_dearer_booking_earns_no_less(commission in any_commission(), a in any::<i64>(), b in any::<i64>()) {
            let (less, more) = (Amount(a.min(b)), Amount(a.max(b)));
            prop_assert!(commission.provider_share(less) <= commission.provider_share(more));
        }

        #[test]
        fn a_commission_survives_json(commission in any_commission()) {
            let json = serde_json::to_string(&commission).unwrap();
            prop_assert_eq!(serde_json::from_str::<Commission>(&json).unwrap(), commission);
        }
    }
}
