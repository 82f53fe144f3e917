use engine::{Amount, Commission, Id, LineKind, Quote};

use crate::{error::AppError, providers::Provider};

/// A provider's share of a price, or of their part of it: what an offer promises, a completed job earns and a payout transfers.
///
/// - The base is every line except tax, tips and the platform's fee, on top or kept of the price; it is split between the jobs of the booking and the providers of each.
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

/// Who shares in a price, before the commissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Who earns without doing a job for it, as the host of a driveway.
    pub without_job: Vec<(Id<Provider>, Amount)>,
    /// The part of those who do its jobs.
    pub of_jobs: Amount,
}

impl Parts {
    /// Those who do the jobs share in what the others leave of these lines, or of all. Fails if the others get more than is shared at all.
    pub fn of(
        price: &Quote,
        without_job: Vec<(Id<Provider>, Amount)>,
        lines: Option<&[LineKind]>,
    ) -> Result<Self, AppError> {
        let given: Amount = without_job.iter().map(|(_, part)| *part).sum();
        let left = price.shared() - given;
        if without_job.iter().any(|(_, part)| part.is_negative()) || given.is_positive() && left.is_negative() {
            return Err(AppError::internal(&"a provider's part is negative, or more than is shared"));
        }
        let of_jobs = match lines {
            None => left,
            Some(lines) => price.shared_in(lines).max(Amount::ZERO).min(left),
        };
        Ok(Self { without_job, of_jobs })
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

#[cfg(test)]
mod tests {
    use engine::Line;
    use proptest::prelude::*;

    use super::*;

    fn any_price() -> impl Strategy<Value = Quote> {
        let line = (prop::sample::select(LineKind::ALL), 0_i64..100_000).prop_map(|(kind, minor)| {
            let minor = if kind == LineKind::Discount { -minor } else { minor };
            Line::single(kind, "Line", Amount(minor))
        });
        (prop::collection::vec(line, 0..8), 0_i64..=20).prop_map(|(lines, percent)| {
            let price = Quote::fixed(lines).unwrap();
            let included = Amount(price.shared().minor().max(0) * percent / 100);
            price.clone().with_included_tax(included).unwrap_or(price)
        })
    }

    proptest! {
        #[test]
        fn parts_are_at_most_what_is_shared_to_the_cent(
            price in any_price(), tenths in 0_i64..=10, lines in prop::option::of(prop::sample::subsequence(LineKind::ALL.to_vec(), 0..4)), jobs in 0_usize..5,
        ) {
            let host = Amount(price.shared().minor().max(0) * tenths / 10);
            let of = || Parts::of(&price, vec![(Id::from_uuid(uuid::Uuid::nil()), host)], lines.as_deref()).unwrap();
            let parts = of();
            prop_assert_eq!(&parts, &of(), "the same twice");
            let to_jobs: Amount = split(parts.of_jobs, jobs).into_iter().sum();
            prop_assert!(host + to_jobs <= price.shared().max(Amount::ZERO));
            prop_assert!(jobs == 0 || to_jobs == parts.of_jobs, "no cent is lost");
            if lines.is_none() {
                prop_assert_eq!(host + parts.of_jobs, price.shared(), "without a rule everything is shared");
            }
        }

        #[test]
        fn more_than_is_shared_is_refused(price in any_price(), above in 1_i64..1_000) {
            let host = Amount(price.shared().minor().max(0) + above);
            prop_assert!(Parts::of(&price, vec![(Id::from_uuid(uuid::Uuid::nil()), host)], None).is_err());
        }
    }
}
