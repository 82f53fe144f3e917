use super::{LineKind, Quote, Tax, tax::taxed};
use crate::values::{TaxRate, divide_half_away_from_zero};

/// The tax of an agreed price; `None` if it isn't known.
pub fn agreed_tax(quote: &Quote) -> Option<Tax> {
    quote.tax().or_else(|| tax_of_before(quote))
}

/// The tax of a price that was stored before prices kept their tax.
///
/// - On top: the rate is in the English label of its line. The amount, rounded to the cent, doesn't determine it.
/// - Included: the rate that is nearest to the amount.
fn tax_of_before(quote: &Quote) -> Option<Tax> {
    if !quote.included_tax().is_zero() {
        return nearest_rate(quote).map(Tax::included);
    }
    let mut labels = quote.lines().iter().filter(|line| line.kind == LineKind::Tax).map(|line| &line.label).peekable();
    if labels.peek().is_none() {
        return Some(Tax::NONE);
    }
    labels.find_map(|label| label.rsplit_once('(')?.1.strip_suffix(')')?.parse().ok()).map(Tax::on_top)
}

fn nearest_rate(quote: &Quote) -> Option<TaxRate> {
    let tax = quote.included_tax();
    let rest = taxed(quote.lines()).ok()?.checked_sub(tax).filter(|rest| rest.is_positive())?;
    let exact = i128::from(tax.minor()) * i128::from(TaxRate::ONE_HUNDRED_PERCENT.thousandths());
    let thousandths = divide_half_away_from_zero(exact, i128::from(rest.minor()));
    TaxRate::new(i32::try_from(thousandths).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        quote::{
            Item, Line,
            item::tests::{any_items, any_tax},
            quote,
        },
        values::Amount,
    };

    fn rate(thousandths: i32) -> TaxRate {
        TaxRate::new(thousandths).unwrap()
    }

    /// A price as it was stored before prices kept their tax.
    fn of_before(lines: &[(LineKind, &str, i64)], included_tax: i64) -> Quote {
        let lines = lines.iter().map(|&(kind, label, minor)| Line::single(kind, label, Amount(minor))).collect();
        Quote::fixed(lines).unwrap().with_included_tax(Amount(included_tax)).unwrap()
    }

    #[test]
    fn a_label_says_nothing_about_the_rate_of_a_price_that_keeps_its_tax() {
        let tax = Tax::on_top(rate(8_875));
        let price = quote(&[Item::job(LineKind::Service, "Towing", Amount(10_000))], tax.labelled("Steuer (7 %)"));
        assert_eq!(agreed_tax(&price.unwrap()), Some(tax));
    }

    #[test]
    fn the_tax_of_an_older_price_is_read_from_the_label_of_its_line() {
        let service = (LineKind::Service, "Towing", 12_500);
        for (label, thousandths) in [("Tax (8.875%)", 8_875), ("Tax (7%)", 7_000), ("Cancelled: Tax (8.9%)", 8_900)] {
            let price = of_before(&[service, (LineKind::Tax, label, 1_000)], 0);
            assert_eq!(agreed_tax(&price), Some(Tax::on_top(rate(thousandths))), "{label}");
        }
        assert_eq!(agreed_tax(&of_before(&[service], 0)), Some(Tax::NONE));
        assert_eq!(agreed_tax(&of_before(&[service, (LineKind::Tax, "Tax on the difference", 1_000)], 0)), None);
    }

    #[test]
    fn the_tax_within_an_older_price_is_the_nearest_to_its_amount() {
        let price = of_before(&[(LineKind::Service, "Oil change", 11_900)], 1_900);
        assert_eq!(agreed_tax(&price), Some(Tax::included(rate(19_000))));
        assert_eq!(agreed_tax(&of_before(&[(LineKind::Service, "Oil change", 100)], 100)), None);
    }

    proptest! {
        #[test]
        fn a_price_keeps_its_tax_however_little_it_comes_to(items in any_items(), tax in any_tax()) {
            let price = quote(&items, tax.labelled("Tax")).unwrap();
            let json = serde_json::to_string(&price).unwrap();
            prop_assert_eq!(agreed_tax(&serde_json::from_str::<Quote>(&json).unwrap()), Some(tax));
        }

        #[test]
        fn the_tax_within_an_older_price_is_found_again_to_the_cent(minor in 0i64..100_000, thousandths in 0i32..=100_000) {
            let tax = Amount(minor).tax_within(rate(thousandths));
            let price = of_before(&[(LineKind::Service, "Oil change", minor)], tax.minor());
            if let Some(found) = agreed_tax(&price) {
                prop_assert_eq!(Amount(minor).tax_within(found.rate), tax);
            }
        }
    }
}
