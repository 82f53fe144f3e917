use super::{LabelledTax, Line, LineKind, Quantity, Quote, QuoteError, Unit};
use crate::values::Amount;

/// A number of units of something sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub kind: LineKind,
    /// Shown to the customer.
    pub label: String,
    pub quantity: Quantity,
    pub unit: Unit,
    /// Negative for a discount or a correction only.
    pub unit_price: Amount,
    /// The most units that may be charged without a new approval; `None`: no more than `quantity`.
    pub at_most: Option<Quantity>,
}

impl Item {
    /// One whole job at this price.
    pub fn job(kind: LineKind, label: impl Into<String>, price: Amount) -> Self {
        Self { kind, label: label.into(), quantity: Quantity::ONE, unit: Unit::Job, unit_price: price, at_most: None }
    }

    fn validate(&self) -> Result<(), QuoteError> {
        let is_negative = self.unit_price.is_negative() || self.quantity.0 < 0;
        if is_negative && !self.kind.may_be_negative() { Err(QuoteError::NegativePrice) } else { Ok(()) }
    }

    /// The number of units in the ceiling. More units of a discount would lower it.
    fn most(&self) -> Quantity {
        let most = self.at_most.filter(|_| !self.unit_price.is_negative());
        most.map_or(self.quantity, |most| most.max(self.quantity))
    }

    pub(super) fn line(&self, quantity: Quantity) -> Result<Line, QuoteError> {
        let &Self { kind, unit, unit_price, .. } = self;
        let amount = quantity.price(unit_price).ok_or(QuoteError::TooLarge)?;
        Ok(Line { kind, label: self.label.clone(), quantity, unit, unit_price, amount })
    }
}

/// The price of these items: a line each, and the tax line if tax is on top. The ceiling is the price at the most units.
pub fn quote(items: &[Item], tax: LabelledTax<'_>) -> Result<Quote, QuoteError> {
    quote_with(items, |lines| tax.quote(lines))
}

/// The price of these items, where `complete` adds what is computed from their lines.
pub(super) fn quote_with(
    items: &[Item],
    complete: impl Fn(Vec<Line>) -> Result<Quote, QuoteError>,
) -> Result<Quote, QuoteError> {
    items.iter().try_for_each(Item::validate)?;
    let at = |quantity: fn(&Item) -> Quantity| {
        complete(items.iter().map(|item| item.line(quantity(item))).collect::<Result<_, _>>()?)
    };
    let most = at(Item::most)?.total();
    at(|item| item.quantity)?.with_ceiling(most)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{quote::Tax, values::TaxRate};

    const NO_TAX: LabelledTax<'_> = Tax::NONE.labelled("");

    fn hours(quantity: i64, at_most: Option<i64>) -> Item {
        Item {
            kind: LineKind::Service,
            label: "Mowing".into(),
            quantity: Quantity(quantity),
            unit: Unit::Hour,
            unit_price: Amount(4_000),
            at_most: at_most.map(Quantity),
        }
    }

    #[test]
    fn each_item_is_a_line_with_its_unit() {
        let items = [hours(1_500, None), Item::job(LineKind::Concierge, "Pickup", Amount(2_000))];
        let quote = quote(&items, NO_TAX).unwrap();
        let lines: Vec<_> = quote.lines().iter().map(|line| (line.unit, line.quantity, line.amount)).collect();
        assert_eq!(lines, [(Unit::Hour, Quantity(1_500), Amount(6_000)), (Unit::Job, Quantity::ONE, Amount(2_000))]);
        assert!(!quote.is_open());
    }

    #[test]
    fn the_ceiling_is_the_price_with_tax_at_the_most_units() {
        let tax = Tax::on_top(TaxRate::new(10_000).unwrap());
        let quote = quote(&[hours(1_000, Some(2_000))], tax.labelled("Tax")).unwrap();
        assert_eq!((quote.total(), quote.ceiling()), (Amount(4_400), Amount(8_800)));
    }

    #[test]
    fn only_discounts_and_corrections_may_be_negative() {
        for &kind in LineKind::ALL {
            let refused = quote(&[Item::job(kind, "Less", Amount(-1))], NO_TAX) == Err(QuoteError::NegativePrice);
            assert_eq!(refused, !matches!(kind, LineKind::Discount | LineKind::Adjustment), "{kind}");
        }
        assert_eq!(quote(&[hours(-1, None)], NO_TAX), Err(QuoteError::NegativePrice));
    }

    pub(in crate::quote) fn any_items() -> impl Strategy<Value = Vec<Item>> {
        let item =
            (prop::sample::select(LineKind::ALL), 0i64..100_000, -100_000i64..100_000, prop::option::of(0i64..100_000))
                .prop_map(|(kind, quantity, minor, at_most)| Item {
                    kind,
                    label: "Something".into(),
                    quantity: Quantity(quantity),
                    unit: Unit::Hour,
                    unit_price: Amount(if kind.may_be_negative() { minor } else { minor.abs() }),
                    at_most: at_most.map(Quantity),
                });
        prop::collection::vec(item, 0..6)
    }

    pub(in crate::quote) fn any_tax() -> impl Strategy<Value = Tax> {
        (0i32..=100_000, any::<bool>())
            .prop_map(|(thousandths, included)| Tax { rate: TaxRate::new(thousandths).unwrap(), included })
    }

    proptest! {
        #[test]
        fn a_quote_is_the_sum_of_its_lines_and_within_its_ceiling(items in any_items(), tax in any_tax()) {
            let quote = quote(&items, tax.labelled("Tax")).unwrap();
            prop_assert_eq!(quote.total(), quote.lines().iter().map(|line| line.amount).sum());
            prop_assert!(quote.total() <= quote.ceiling());
            for line in quote.lines() {
                prop_assert_eq!(line.quantity.price(line.unit_price), Some(line.amount));
            }
        }

        #[test]
        fn included_tax_changes_no_price(items in any_items(), tax in any_tax()) {
            let included = quote(&items, Tax { included: true, ..tax }.labelled("Tax")).unwrap();
            let without = quote(&items, NO_TAX).unwrap();
            prop_assert_eq!((included.lines(), included.ceiling()), (without.lines(), without.ceiling()));
        }

        #[test]
        fn one_more_item_costs_no_less(items in any_items(), tax in any_tax(), more in 0i64..1_000_000) {
            let before = quote(&items, tax.labelled("Tax")).unwrap();
            let items: Vec<_> = items.into_iter().chain([Item::job(LineKind::Service, "More", Amount(more))]).collect();
            prop_assert!(before.total() <= quote(&items, tax.labelled("Tax")).unwrap().total());
        }

        #[test]
        fn no_item_breaks_the_rule(quantity in any::<i64>(), price in any::<i64>(), at_most in prop::option::of(any::<i64>()), kind in prop::sample::select(LineKind::ALL), tax in any_tax()) {
            let item = Item { kind, label: String::new(), quantity: Quantity(quantity), unit: Unit::Day, unit_price: Amount(price), at_most: at_most.map(Quantity) };
            if let Ok(quote) = quote(&[item], tax.labelled("Tax")) {
                prop_assert!(quote.total() <= quote.ceiling());
            }
        }
    }
}
