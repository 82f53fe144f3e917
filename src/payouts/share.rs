use engine::{Amount, Commission, Quote};

/// A provider's share of a price, or of their part of it: what an offer promises, a completed job earns and a payout transfers.
///
/// - The base is every line except tax, tips and the platform's fee, split between the jobs of the booking and the providers of each.
/// - A percentage of the base is rounded once; a flat fee is at most the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub base: Amount,
    pub amount: Amount,
}

impl Share {
    /// The share of this price under this commission.
    pub fn of(price: &Quote, commission: Commission) -> Self {
        Self::of_base(price.shared(), commission)
    }

    /// The share of this part of a price.
    pub fn of_base(base: Amount, commission: Commission) -> Self {
        Self { base, amount: commission.provider_share(base) }
    }
}

/// Splits an amount evenly; the first part has the rest cents. Empty if there are no parts.
pub fn split(whole: Amount, parts: usize) -> Vec<Amount> {
    let Ok(count) = i64::try_from(parts) else { return Vec::new() };
    if count == 0 {
        return Vec::new();
    }
    let even = Amount(whole.minor().div_euclid(count));
    let rest = Amount(whole.minor().rem_euclid(count));
    (0..parts).map(|index| if index == 0 { even + rest } else { even }).collect()
}
