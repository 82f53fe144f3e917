use engine::{Amount, Commission, Quote};

/// A provider's share of a price: what an offer promises, a completed job earns and a payout transfers.
///
/// - The base is every line except tax, tips and the platform's fee.
/// - A percentage of the base is rounded once; a flat fee is at most the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub base: Amount,
    pub amount: Amount,
}

impl Share {
    /// The share of this price under this commission.
    pub fn of(price: &Quote, commission: Commission) -> Self {
        let base = price.shared();
        Self { base, amount: commission.provider_share(base) }
    }
}
