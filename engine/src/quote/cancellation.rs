use serde::{Deserialize, Serialize};

use super::{Line, LineKind, Quote};
use crate::values::Amount;

codes! {
    /// How far the job was when the customer cancelled; this decides the fee.
    pub enum CancellationStage ("stage of a cancellation") {
        /// No provider assigned: free.
        BeforeAssignment = "before_assignment",
        /// A provider was assigned: the dispatch fee.
        Assigned = "assigned",
        /// The provider had arrived: the dry-run fee.
        Arrived = "arrived",
        /// The provider was later than promised: free.
        ProviderLate = "provider_late",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CancellationFees {
    pub dispatch_fee: Amount,
    pub dry_run_fee: Amount,
}

impl CancellationFees {
    /// The fee at this stage; never more than the customer approved for the whole booking.
    pub fn due(self, stage: CancellationStage, approved_total: Amount) -> Amount {
        let fee = match stage {
            CancellationStage::BeforeAssignment | CancellationStage::ProviderLate => Amount::ZERO,
            CancellationStage::Assigned => self.dispatch_fee,
            CancellationStage::Arrived => self.dry_run_fee,
        };
        fee.clamp(Amount::ZERO, approved_total.clamp(Amount::ZERO, Quote::LIMIT))
    }
}

/// A cancellation fee as a quote with one line, or without lines if it is free.
pub fn cancellation(fee: Amount, label: &str) -> Quote {
    let fee = fee.clamp(Amount::ZERO, Quote::LIMIT);
    let lines = if fee.is_zero() { Vec::new() } else { vec![Line::single(LineKind::CancellationFee, label, fee)] };
    Quote::fixed(lines).expect("a single line within the limit is a quote")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FEES: CancellationFees = CancellationFees { dispatch_fee: Amount(2_500), dry_run_fee: Amount(5_000) };

    fn fee(stage: CancellationStage, approved_total: i64) -> i64 {
        FEES.due(stage, Amount(approved_total)).minor()
    }

    #[test]
    fn cancelling_is_free_until_a_provider_is_assigned() {
        assert_eq!(fee(CancellationStage::BeforeAssignment, 12_500), 0);
        assert_eq!(fee(CancellationStage::Assigned, 12_500), 2_500);
        assert_eq!(fee(CancellationStage::Arrived, 12_500), 5_000);
    }

    #[test]
    fn cancelling_is_free_when_the_provider_is_late() {
        assert_eq!(fee(CancellationStage::ProviderLate, 12_500), 0);
    }

    #[test]
    fn the_fee_is_never_more_than_the_booking() {
        assert_eq!(fee(CancellationStage::Arrived, 4_000), 4_000);
    }

    #[test]
    fn the_fee_is_a_line_with_the_words_of_the_caller() {
        assert!(cancellation(Amount::ZERO, "Cancelled").lines().is_empty());
        let quote = cancellation(Amount(2_500), "Cancelled after the guide was booked");
        assert_eq!(
            quote.lines(),
            [Line::single(LineKind::CancellationFee, "Cancelled after the guide was booked", Amount(2_500))]
        );
    }

    proptest! {
        #[test]
        fn the_fee_lies_between_nothing_and_the_approved_total(
            stage in prop::sample::select(CancellationStage::ALL), dispatch in any::<i64>(), dry_run in any::<i64>(), approved in any::<i64>(),
        ) {
            let fees = CancellationFees { dispatch_fee: Amount(dispatch), dry_run_fee: Amount(dry_run) };
            let quote = cancellation(fees.due(stage, Amount(approved)), "Cancelled");
            prop_assert!(Amount::ZERO <= quote.total() && quote.total() <= Amount(approved.max(0)));
            prop_assert_eq!(quote.total(), quote.ceiling());
        }
    }
}
