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

/// The cancellation fee at this stage: a quote with one line, or without lines if it is free.
/// Never more than the customer approved for the whole booking.
pub fn cancellation(stage: CancellationStage, fees: CancellationFees, approved_total: Amount) -> Quote {
    let (fee, label) = match stage {
        CancellationStage::BeforeAssignment | CancellationStage::ProviderLate => (Amount::ZERO, ""),
        CancellationStage::Assigned => (fees.dispatch_fee, "Cancelled after a technician was assigned"),
        CancellationStage::Arrived => (fees.dry_run_fee, "Cancelled after the technician arrived"),
    };
    let most = approved_total.clamp(Amount::ZERO, Quote::LIMIT);
    let fee = fee.clamp(Amount::ZERO, most);
    let lines = if fee.is_zero() { Vec::new() } else { vec![Line::single(LineKind::CancellationFee, label, fee)] };
    Quote::fixed(lines).expect("a single line within the limit is a quote")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FEES: CancellationFees = CancellationFees { dispatch_fee: Amount(2_500), dry_run_fee: Amount(5_000) };

    fn fee(stage: CancellationStage, approved_total: i64) -> i64 {
        cancellation(stage, FEES, Amount(approved_total)).total().minor()
    }

    #[test]
    fn cancelling_is_free_until_a_provider_is_assigned() {
        assert!(cancellation(CancellationStage::BeforeAssignment, FEES, Amount(12_500)).lines().is_empty());
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

    proptest! {
        #[test]
        fn the_fee_lies_between_nothing_and_the_approved_total(
            stage in prop::sample::select(CancellationStage::ALL), dispatch in any::<i64>(), dry_run in any::<i64>(), approved in any::<i64>(),
        ) {
            let fees = CancellationFees { dispatch_fee: Amount(dispatch), dry_run_fee: Amount(dry_run) };
            let quote = cancellation(stage, fees, Amount(approved));
            prop_assert!(Amount::ZERO <= quote.total() && quote.total() <= Amount(approved.max(0)));
            prop_assert_eq!(quote.total(), quote.ceiling());
        }
    }
}
