use thiserror::Error;

use super::{Charge, Quantity, Unit};
use crate::values::Amount;

/// The price a person for groups of some sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupTier {
    /// The smallest group, and the largest one; both belong to it.
    pub people: (u32, u32),
    pub per_person: Amount,
}

/// Prices by the size of the group: each size from the smallest to the largest has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRates(Vec<GroupTier>);

/// Why prices by the size of the group are rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GroupRatesError {
    #[error("Enter a price")]
    Empty,
    #[error("A group is at least one person, and the largest is no smaller than the smallest")]
    Malformed,
    #[error("A price can't be negative")]
    Negative,
    #[error("A group of {0} has two prices")]
    Overlap(u32),
    #[error("A group of {0} has no price")]
    Gap(u32),
}

impl GroupRates {
    /// The prices in any order.
    pub fn new(mut tiers: Vec<GroupTier>) -> Result<Self, GroupRatesError> {
        if tiers.is_empty() {
            return Err(GroupRatesError::Empty);
        }
        for tier in &tiers {
            if tier.people.0 == 0 || tier.people.1 < tier.people.0 {
                return Err(GroupRatesError::Malformed);
            }
            if tier.per_person.is_negative() {
                return Err(GroupRatesError::Negative);
            }
        }
        tiers.sort_by_key(|tier| tier.people);
        for pair in tiers.windows(2) {
            let (last, next) = (pair[0].people.1, pair[1].people.0);
            if next <= last {
                return Err(GroupRatesError::Overlap(next));
            }
            if next - last > 1 {
                return Err(GroupRatesError::Gap(last + 1));
            }
        }
        Ok(Self(tiers))
    }

    /// What each person of a group pays; `None` for a group that is too small or too large.
    pub fn per_person(&self, people: u32) -> Option<Amount> {
        self.0.iter().find(|tier| (tier.people.0..=tier.people.1).contains(&people)).map(|tier| tier.per_person)
    }

    /// What a group pays. The whole group pays the price of its size, so one person more may cost less in all.
    pub fn charge(&self, people: u32) -> Option<Charge> {
        let unit_price = self.per_person(people)?;
        Some(Charge { unit: Unit::Person, quantity: Quantity::whole(people), unit_price })
    }

    /// The smallest and the largest group.
    pub fn sizes(&self) -> (u32, u32) {
        let (first, last) =
            (self.0.first().map_or(0, |tier| tier.people.0), self.0.last().map_or(0, |tier| tier.people.1));
        (first, last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tier(from: u32, to: u32, price: i64) -> GroupTier {
        GroupTier { people: (from, to), per_person: Amount(price) }
    }

    #[test]
    fn the_whole_group_pays_the_price_of_its_size() {
        let rates = GroupRates::new(vec![tier(5, 10, 15_000), tier(1, 4, 20_000)]).unwrap();
        let prices = [0, 1, 4, 5, 10, 11].map(|people| rates.per_person(people).map(Amount::minor));
        assert_eq!(prices, [None, Some(20_000), Some(20_000), Some(15_000), Some(15_000), None]);
        assert_eq!(rates.sizes(), (1, 10));
        assert_eq!(rates.charge(5).unwrap().amount(), Ok(Amount(75_000)));
    }

    #[test]
    fn a_size_with_two_prices_or_none_is_refused_and_named() {
        let refused = |tiers: &[GroupTier]| GroupRates::new(tiers.to_vec()).unwrap_err();
        assert_eq!(refused(&[]), GroupRatesError::Empty);
        assert_eq!(refused(&[tier(1, 4, 1), tier(4, 6, 1)]), GroupRatesError::Overlap(4));
        assert_eq!(refused(&[tier(1, 9, 1), tier(2, 3, 1)]), GroupRatesError::Overlap(2));
        assert_eq!(refused(&[tier(6, 8, 1), tier(1, 4, 1)]), GroupRatesError::Gap(5));
        assert_eq!(refused(&[tier(0, 4, 1)]), GroupRatesError::Malformed);
        assert_eq!(refused(&[tier(4, 3, 1)]), GroupRatesError::Malformed);
        assert_eq!(refused(&[tier(1, 4, -1)]), GroupRatesError::Negative);
    }

    proptest! {
        #[test]
        fn each_size_from_the_smallest_to_the_largest_has_exactly_one_price(
            tiers in prop::collection::vec((0u32..12, 0u32..12, 0i64..100), 1..5),
        ) {
            let tiers: Vec<_> = tiers.into_iter().map(|(from, to, price)| tier(from, to, price)).collect();
            if let Ok(rates) = GroupRates::new(tiers.clone()) {
                let (smallest, largest) = rates.sizes();
                for people in 0..=13 {
                    let fitting = tiers.iter().filter(|tier| (tier.people.0..=tier.people.1).contains(&people)).count();
                    prop_assert_eq!(fitting, usize::from((smallest..=largest).contains(&people)));
                    prop_assert_eq!(rates.per_person(people).is_some(), fitting == 1);
                }
            }
        }
    }
}
