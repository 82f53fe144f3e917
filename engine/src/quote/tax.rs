use serde::{Deserialize, Serialize};

use super::{Line, LineKind, Quote, QuoteError};
use crate::values::{Amount, TaxRate};

/// The tax on all lines but tips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Tax {
    pub rate: TaxRate,
    /// Whether prices contain it, as consumer prices in the European Union do. If not, it is a line of its own.
    pub included: bool,
}

impl Tax {
    pub const NONE: Self = Self::on_top(TaxRate::ZERO);

    pub const fn on_top(rate: TaxRate) -> Self {
        Self { rate, included: false }
    }

    pub const fn included(rate: TaxRate) -> Self {
        Self { rate, included: true }
    }

    /// The same with the label of its line, which customers read if it is on top.
    pub const fn labelled(self, label: &str) -> LabelledTax<'_> {
        LabelledTax { tax: self, label }
    }

    /// A quote of these lines, the tax line among them.
    pub(super) fn fixed(self, lines: Vec<Line>) -> Result<Quote, QuoteError> {
        let within = if self.included { taxed(&lines)?.tax_within(self.rate) } else { Amount::ZERO };
        Ok(Quote::fixed(lines)?.with_included_tax(within)?.with_tax(Some(self)))
    }

    /// Whether this is the tax that a price contains.
    pub fn is_within(self, quote: &Quote) -> bool {
        let within = taxed(quote.lines()).map(|taxed| taxed.tax_within(self.rate));
        self.included && within == Ok(quote.included_tax())
    }

    /// What is added to a taxed amount.
    pub(super) fn added_to(self, amount: Amount) -> Amount {
        if self.included { Amount::ZERO } else { amount.max(Amount::ZERO).tax_at(self.rate) }
    }
}

/// A tax with the label of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelledTax<'a> {
    tax: Tax,
    label: &'a str,
}

impl LabelledTax<'_> {
    /// Adds the tax line at the end, if tax is on top.
    pub(super) fn with_line(self, mut lines: Vec<Line>) -> Result<Vec<Line>, QuoteError> {
        let Self { tax, label } = self;
        if !tax.included && !tax.rate.is_zero() {
            let due = taxed(&lines)?.tax_at(tax.rate);
            lines.push(Line::single(LineKind::Tax, label, due));
        }
        Ok(lines)
    }

    /// A quote of these lines and the tax on them.
    pub(super) fn quote(self, lines: Vec<Line>) -> Result<Quote, QuoteError> {
        self.tax.fixed(self.with_line(lines)?)
    }
}

impl From<TaxRate> for Tax {
    fn from(rate: TaxRate) -> Self {
        Self::on_top(rate)
    }
}

/// The sum of the taxed lines, zero or more.
pub(super) fn taxed(lines: &[Line]) -> Result<Amount, QuoteError> {
    let amounts = lines.iter().filter(|line| line.kind.is_taxed()).map(|line| line.amount);
    Ok(Amount::checked_sum(amounts).ok_or(QuoteError::TooLarge)?.max(Amount::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(thousandths: i32) -> TaxRate {
        TaxRate::new(thousandths).unwrap()
    }

    fn quote(tax: Tax, lines: Vec<Line>) -> Quote {
        tax.labelled("Tax").quote(lines).unwrap()
    }

    fn service(minor: i64) -> Line {
        Line::single(LineKind::Service, "Oil change", Amount(minor))
    }

    #[test]
    fn tax_on_top_is_a_line_and_included_tax_is_not() {
        let on_top = quote(Tax::on_top(rate(19_000)), vec![service(10_000)]);
        assert_eq!((on_top.total(), on_top.lines().len(), on_top.included_tax()), (Amount(11_900), 2, Amount::ZERO));
        let included = quote(Tax::included(rate(19_000)), vec![service(11_900)]);
        assert_eq!(
            (included.total(), included.lines().len(), included.included_tax()),
            (Amount(11_900), 1, Amount(1_900))
        );
    }

    #[test]
    fn tips_are_not_taxed_and_discounts_lower_the_tax() {
        let tip = || Line::single(LineKind::Tip, "Tip", Amount(1_000));
        let discount = || Line::single(LineKind::Discount, "First visit", Amount(-5_950));
        let included = quote(Tax::included(rate(19_000)), vec![service(11_900), discount(), tip()]);
        assert_eq!((included.total(), included.included_tax()), (Amount(6_950), Amount(950)));
        let nothing = quote(Tax::included(rate(19_000)), vec![discount()]);
        assert_eq!(nothing.included_tax(), Amount::ZERO);
    }

    proptest! {
        #[test]
        fn included_tax_is_the_tax_on_the_rest(minor in 0i64..1_000_000_000, thousandths in 0i32..=100_000) {
            let quote = quote(Tax::included(rate(thousandths)), vec![service(minor)]);
            prop_assert_eq!(quote.total(), Amount(minor));
            let rest = quote.total() - quote.included_tax();
            let difference = rest.tax_at(rate(thousandths)) - quote.included_tax();
            prop_assert!(difference.minor().abs() <= 1, "rounding, {:?}", difference);
        }

        #[test]
        fn included_tax_survives_json(minor in 0i64..1_000_000_000, thousandths in 0i32..=100_000) {
            let quote = quote(Tax::included(rate(thousandths)), vec![service(minor)]);
            let json = serde_json::to_string(&quote).unwrap();
            prop_assert_eq!(serde_json::from_str::<Quote>(&json).unwrap(), quote);
        }
    }
}
