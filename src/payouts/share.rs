use engine::{Amount, Commission, LineKind, Quote};

/// A provider's share of a price: what an offer promises, a completed job earns and a payout transfers.
///
/// - The base is every line except tax and tips.
/// - A percentage of the base is rounded once; a flat fee is at most the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub base: Amount,
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
