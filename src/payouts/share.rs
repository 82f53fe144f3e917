use engine::{Amount, Commission, LineKind, Quote};

/// A provider's share of a price: what an offer promises, a completed job earns and a payout transfers.
///
/// - The base is every line but tax, which is the state's, and tips.
/// - A percentage of the base is rounded once; a flat fee is never more than the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part of the price that is shared.
    pub base: Amount,
    /// What the provider gets of it.
    pub amount: Amount,
}

impl Share {
    /// The share of this price under this commission.
    pub fn of(price: &Quote, commission: Commission) -> Self {
        let is_shared = |kind| !matches!(kind, LineKind::Tax | LineKind::Tip);
        let base = price.lines().iter().filter(|line| is_shared(line.kind)).map(|line| line.amount).sum();
        Self { base, amount: commission.provider_share(base) }
    }
}
