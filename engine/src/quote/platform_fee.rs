use serde::{Deserialize, Serialize};

use super::{Item, LabelledTax, Line, LineKind, Quote, QuoteError, item::quote_with};
use crate::values::{Amount, BasisPoints};

/// What the platform takes of the lines that a provider shares in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlatformFee {
    pub rate: BasisPoints,
    /// Whether the customer pays it in a line of its own. If not, the platform keeps it from the price.
    pub on_top: bool,
}

impl PlatformFee {
    /// The price of these items with the fee, if it is on top. Tax is due on the fee, too.
    pub fn quote(self, items: &[Item], label: &str, tax: LabelledTax<'_>) -> Result<Quote, QuoteError> {
        let quote = quote_with(items, |lines| tax.quote(self.with_line(lines, label)?))?;
        if self.on_top {
            return Ok(quote);
        }
        let kept = self.share_of(quote.shared());
        quote.with_kept_fee(kept)
    }

    fn with_line(self, mut lines: Vec<Line>, label: &str) -> Result<Vec<Line>, QuoteError> {
        let shared = lines.iter().filter(|line| line.kind.is_shared()).map(|line| line.amount);
        let fee = self.share_of(Amount::checked_sum(shared).ok_or(QuoteError::TooLarge)?);
        if self.on_top && !fee.is_zero() {
            lines.push(Line::single(LineKind::PlatformFee, label, fee));
        }
        Ok(lines)
    }

    fn share_of(self, shared: Amount) -> Amount {
        shared.max(Amount::ZERO).share(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        quote::{
            Tax,
            item::tests::{any_items, any_tax},
            quote,
        },
        values::TaxRate,
    };

    fn fee(percent: i32, on_top: bool) -> PlatformFee {
        PlatformFee { rate: BasisPoints::percent(percent).unwrap(), on_top }
    }

    fn stay() -> [Item; 2] {
        [Item::job(LineKind::Service, "Parking", Amount(2_000)), Item::job(LineKind::Tip, "Tip", Amount(500))]
    }

    #[test]
    fn a_fee_on_top_is_a_line_that_is_taxed() {
        let quote = fee(10, true)
            .quote(&stay(), "Service fee", Tax::on_top(TaxRate::new(5_000).unwrap()).labelled("Tax"))
            .unwrap();
        let amounts: Vec<_> = quote.lines().iter().map(|line| (line.kind, line.amount.minor())).collect();
        let service = [(LineKind::Service, 2_000), (LineKind::Tip, 500)];
        assert_eq!(amounts, [service[0], service[1], (LineKind::PlatformFee, 200), (LineKind::Tax, 110)]);
        assert_eq!((quote.platform_fee(), quote.shared()), (Amount(200), Amount(2_000)));
    }

    #[test]
    fn a_fee_out_of_the_price_is_no_line() {
        let quote = fee(10, false).quote(&stay(), "Service fee", Tax::NONE.labelled("")).unwrap();
        assert_eq!((quote.total(), quote.lines().len()), (Amount(2_500), 2));
        assert_eq!((quote.platform_fee(), quote.shared()), (Amount(200), Amount(1_800)), "providers share in the rest");
    }

    #[test]
    fn the_ceiling_has_the_fee_of_the_most_units() {
        let drive = Item { at_most: Some(crate::quote::Quantity(2_000)), ..stay()[0].clone() };
        let quote = fee(10, true).quote(&[drive], "Service fee", Tax::NONE.labelled("")).unwrap();
        assert_eq!((quote.total(), quote.ceiling()), (Amount(2_200), Amount(4_400)));
    }

    proptest! {
        #[test]
        fn the_fee_is_never_more_than_the_shared_lines(items in any_items(), tax in any_tax(), percent in 0i32..=100, on_top in any::<bool>()) {
            // An item of the fee's own kind would be counted twice.
            let items: Vec<_> = items.into_iter().filter(|item| item.kind != LineKind::PlatformFee).collect();
            let fee = fee(percent, on_top);
            let priced = fee.quote(&items, "Fee", tax.labelled("Tax")).unwrap();
            let lines: Amount = priced.lines().iter().filter(|line| line.kind.is_shared()).map(|line| line.amount).sum();
            prop_assert!(Amount::ZERO <= priced.platform_fee() && priced.platform_fee() <= lines.max(Amount::ZERO));
            prop_assert!(priced.total() <= priced.ceiling());
            if !on_top {
                let without = quote(&items, tax.labelled("Tax")).unwrap();
                prop_assert_eq!((priced.lines(), priced.total(), priced.ceiling()), (without.lines(), without.total(), without.ceiling()));
            }
        }

        #[test]
        fn a_price_is_what_providers_the_platform_the_business_and_the_state_get(
            items in any_items(), tax in any_tax(), percent in 0i32..=100, on_top in any::<bool>(), share in 0i32..=100,
        ) {
            let items: Vec<_> = items.into_iter().filter(|item| !matches!(item.kind, LineKind::PlatformFee | LineKind::Tip)).collect();
            let priced = fee(percent, on_top).quote(&items, "Fee", tax.labelled("Tax")).unwrap();
            let providers = priced.shared().share(BasisPoints::percent(share).unwrap());
            let state = priced.amount_of(LineKind::Tax) + priced.included_tax();
            let business = priced.total() - providers - priced.platform_fee() - state;
            // The tax in a fee on top, which is included, is taken from the fee's side: a cent is rounded there.
            let taxed_fee = if on_top { priced.included_tax() } else { Amount::ZERO };
            if priced.shared() >= Amount::ZERO {
                prop_assert!(business >= -taxed_fee - Amount(1), "{business:?}");
            }
        }
    }
}
