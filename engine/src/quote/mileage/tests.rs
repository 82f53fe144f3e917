use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Distance, Labels, Miles10, Price, QuoteRequest, quote};
use crate::{
    quote::{Line, LineKind, Quantity, Quote, QuoteError, Tax, agreed_tax, mileage},
    values::{Amount, TaxRate},
};

/// A tow for $125 and $3 a mile.
const TOWING: Price = Price { base: Amount(12_500), per_mile: Some(Amount(300)), tax: Tax::NONE };

static LABELS: LazyLock<Labels> = LazyLock::new(|| Labels {
    mileage: "Mileage".into(),
    unknown_mileage: "Unknown mileage".into(),
    limited_mileage: "Limited mileage".into(),
    limited_price: "Limited price".into(),
    tax: "State tax".into(),
});

fn request(price: Price, distance: Distance) -> QuoteRequest<'static> {
    QuoteRequest { service_name: "Towing", price, distance, labels: &LABELS }
}

fn settle(approved: &Quote, price: &Price, actual: Miles10) -> Result<Quote, QuoteError> {
    mileage::settle(approved, price, actual, &LABELS)
}

fn miles(tenths: i32) -> Miles10 {
    Miles10::new(tenths).unwrap()
}

fn taxed(price: Price, thousandths: i32) -> Price {
    Price { tax: Tax::on_top(TaxRate::new(thousandths).unwrap()), ..price }
}

fn amounts(quote: &Quote) -> Vec<(LineKind, i64)> {
    quote.lines().iter().map(|line| (line.kind, line.amount.minor())).collect()
}

#[test]
fn a_known_distance_has_a_price_with_room_for_a_quarter_more() {
    let quote = quote(&request(TOWING, Distance::Known(miles(64)))).unwrap();
    assert_eq!(amounts(&quote), [(LineKind::Service, 12_500), (LineKind::Mileage, 1_920)]);
    assert_eq!(quote.total(), Amount(14_420));
    // 6.4 miles and a quarter are 8 miles.
    assert_eq!(quote.ceiling(), Amount(12_500 + 8 * 300));
    assert_eq!((quote.lines()[1].quantity, quote.lines()[1].unit_price), (Quantity(6_400), Amount(300)));
}

#[test]
fn an_unknown_distance_has_a_price_from_and_a_ceiling() {
    let quote = quote(&request(TOWING, Distance::Unknown { at_most: miles(250) })).unwrap();
    assert_eq!((quote.total(), quote.ceiling()), (Amount(12_500), Amount(20_000)));
    assert!(quote.is_open());
    assert_eq!(quote.lines()[1].label, "Unknown mileage");
}

#[test]
fn without_a_price_per_mile_the_total_is_the_ceiling() {
    let jump_start = Price { base: Amount(10_000), per_mile: None, tax: Tax::NONE };
    for distance in [Distance::None, Distance::Known(miles(64)), Distance::Unknown { at_most: miles(250) }] {
        let quote = quote(&request(jump_start, distance)).unwrap();
        assert_eq!(amounts(&quote), [(LineKind::Service, 10_000)]);
        assert!(!quote.is_open());
    }
}

#[test]
fn work_on_the_spot_has_no_mileage_line() {
    assert_eq!(amounts(&quote(&request(TOWING, Distance::None)).unwrap()), [(LineKind::Service, 12_500)]);
}

#[test]
fn tax_is_a_line_of_its_own_rounded_once() {
    let quote = quote(&request(taxed(TOWING, 8_900), Distance::Known(miles(64)))).unwrap();
    // 8.9% of $144.20 are $12.8338.
    assert_eq!(amounts(&quote)[2], (LineKind::Tax, 1_283));
    assert_eq!(quote.lines()[2].label, "State tax");
    assert_eq!(quote.total(), Amount(15_703));
}

#[test]
fn a_negative_price_is_refused() {
    let distance = Distance::Known(miles(64));
    assert_eq!(quote(&request(Price { base: Amount(-1), ..TOWING }, distance)), Err(QuoteError::NegativePrice));
    assert_eq!(
        quote(&request(Price { per_mile: Some(Amount(-1)), ..TOWING }, distance)),
        Err(QuoteError::NegativePrice)
    );
}

#[test]
fn a_price_beyond_all_measure_is_refused() {
    for price in [Price { base: Amount(i64::MAX), ..TOWING }, Price { per_mile: Some(Amount(i64::MAX)), ..TOWING }] {
        assert_eq!(quote(&request(taxed(price, 100_000), Distance::Known(Miles10::MAX))), Err(QuoteError::TooLarge));
    }
}

#[test]
fn the_bill_is_by_the_miles_really_driven() {
    let approved = quote(&request(TOWING, Distance::Known(miles(64)))).unwrap();
    let shorter = settle(&approved, &TOWING, miles(50)).unwrap();
    assert_eq!(amounts(&shorter), [(LineKind::Service, 12_500), (LineKind::Mileage, 1_500)]);
    assert_eq!(shorter.ceiling(), shorter.total());
    let longer = settle(&approved, &TOWING, miles(79)).unwrap();
    assert_eq!(longer.total(), Amount(12_500 + 2_370));
    assert_eq!(longer.lines()[1].label, "Mileage");
}

#[test]
fn miles_beyond_what_was_approved_are_not_charged() {
    let approved = quote(&request(TOWING, Distance::Known(miles(64)))).unwrap();
    let bill = settle(&approved, &TOWING, miles(300)).unwrap();
    assert_eq!(bill.total(), approved.ceiling());
    assert_eq!(bill.lines()[1].label, "Limited mileage");
    assert_eq!(bill.lines()[1].quantity, Quantity(30_000));
    assert_eq!(bill.lines()[1].amount, Amount(2_400));
}

#[test]
fn the_bill_of_an_unknown_distance_ends_at_its_ceiling() {
    let approved = quote(&request(TOWING, Distance::Unknown { at_most: miles(250) })).unwrap();
    assert_eq!(settle(&approved, &TOWING, miles(100)).unwrap().total(), Amount(15_500));
    assert_eq!(settle(&approved, &TOWING, miles(900)).unwrap().total(), Amount(20_000));
}

#[test]
fn other_approved_lines_stay_on_the_bill() {
    let mut lines = quote(&request(TOWING, Distance::Known(miles(64)))).unwrap().into_lines();
    lines.push(Line::single(LineKind::Discount, "First tow", Amount(-2_000)));
    lines.push(Line::single(LineKind::Tip, "Tip", Amount(1_000)));
    let approved = Quote::new(lines, Amount(16_000)).unwrap();
    let bill = settle(&approved, &taxed(TOWING, 10_000), miles(50)).unwrap();
    // Tax is due on 125 + 15 − 20 dollars, not on the tip.
    assert_eq!(
        amounts(&bill),
        [
            (LineKind::Service, 12_500),
            (LineKind::Mileage, 1_500),
            (LineKind::Discount, -2_000),
            (LineKind::Tip, 1_000),
            (LineKind::Tax, 1_200),
        ]
    );
}

#[test]
fn a_tax_raised_after_approval_does_not_raise_the_price() {
    let approved = quote(&request(TOWING, Distance::None)).unwrap();
    let bill = settle(&approved, &taxed(TOWING, 10_000), Miles10::ZERO).unwrap();
    assert_eq!(bill.total(), approved.ceiling());
    assert_eq!(amounts(&bill).last(), Some(&(LineKind::Adjustment, -1_250)));
    assert_eq!(bill.lines()[2].label, "Limited price");
}

#[test]
fn work_on_the_spot_is_not_charged_by_the_mile() {
    let approved = quote(&request(TOWING, Distance::None)).unwrap();
    assert_eq!(amounts(&settle(&approved, &TOWING, miles(100)).unwrap()), [(LineKind::Service, 12_500)]);
}

fn any_price() -> impl Strategy<Value = Price> {
    (0i64..1_000_000_000, prop::option::of(0i64..1_000_000), 0i32..=100_000).prop_map(
        |(base, per_mile, thousandths)| Price {
            base: Amount(base),
            per_mile: per_mile.map(Amount),
            tax: Tax::on_top(TaxRate::new(thousandths).unwrap()),
        },
    )
}

fn any_miles() -> impl Strategy<Value = Miles10> {
    (0i32..=50_000).prop_map(miles)
}

fn any_distance() -> impl Strategy<Value = Distance> {
    prop_oneof![
        Just(Distance::None),
        any_miles().prop_map(Distance::Known),
        any_miles().prop_map(|at_most| Distance::Unknown { at_most }),
    ]
}

fn any_extra_line() -> impl Strategy<Value = Line> {
    (prop::sample::select(LineKind::ALL), -1_000_000i64..1_000_000)
        .prop_map(|(kind, minor)| Line::single(kind, "Extra", Amount(minor)))
}

proptest! {
    #[test]
    fn a_quote_is_the_sum_of_its_lines_and_within_its_ceiling(price in any_price(), distance in any_distance()) {
        let quote = quote(&request(price, distance)).unwrap();
        prop_assert_eq!(quote.total(), quote.lines().iter().map(|line| line.amount).sum());
        prop_assert!(Amount::ZERO <= quote.total() && quote.total() <= quote.ceiling());
        for line in quote.lines() {
            prop_assert_eq!(line.quantity.price(line.unit_price), Some(line.amount));
        }
    }

    #[test]
    fn more_miles_cost_no_less(price in any_price(), a in any_miles(), b in any_miles()) {
        let near = quote(&request(price, Distance::Known(a.min(b)))).unwrap();
        let far = quote(&request(price, Distance::Known(a.max(b)))).unwrap();
        prop_assert!(near.total() <= far.total() && near.ceiling() <= far.ceiling());
    }

    #[test]
    fn a_quote_survives_json(price in any_price(), distance in any_distance()) {
        let quote = quote(&request(price, distance)).unwrap();
        let json = serde_json::to_string(&quote).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quote>(&json).unwrap(), quote);
    }

    #[test]
    fn no_request_breaks_the_rule(base in any::<i64>(), per_mile in prop::option::of(any::<i64>()), thousandths in 0i32..=100_000, distance in any_distance()) {
        let price = taxed(Price { base: Amount(base), per_mile: per_mile.map(Amount), tax: Tax::NONE }, thousandths);
        if let Ok(quote) = quote(&request(price, distance)) {
            prop_assert!(quote.total() <= quote.ceiling());
        }
    }

    #[test]
    fn nobody_is_charged_more_than_they_approved(
        price in any_price(), distance in any_distance(), later_price in any_price(), actual in any_miles(),
        extras in prop::collection::vec(any_extra_line(), 0..6), headroom in 0i64..1_000_000,
    ) {
        let offered = quote(&request(price, distance)).unwrap();
        let above = offered.ceiling() - offered.total() + Amount(headroom);
        let mut lines = offered.into_lines();
        lines.extend(extras);
        let ceiling = lines.iter().map(|line| line.amount).sum::<Amount>() + above;
        let approved = Quote::new(lines, ceiling).unwrap();
        let bill = settle(&approved, &later_price, actual).unwrap();
        prop_assert!(bill.total() <= approved.ceiling());
        prop_assert_eq!(bill.ceiling(), bill.total());
    }

    #[test]
    fn included_tax_changes_no_bill(price in any_price(), known in any_miles(), actual in any_miles()) {
        let included = Price { tax: Tax { included: true, ..price.tax }, ..price };
        let without = Price { tax: Tax::NONE, ..price };
        let approved = |price| quote(&request(price, Distance::Known(known))).unwrap();
        let bill = |price| settle(&approved(price), &price, actual).unwrap();
        prop_assert_eq!(bill(included).into_lines(), bill(without).into_lines());
        prop_assert_eq!(bill(included).included_tax(), bill(included).total().tax_within(price.tax.rate));
    }

    #[test]
    fn the_lines_have_only_labels_that_were_given(price in any_price(), distance in any_distance(), later in any_price(), actual in any_miles()) {
        let offered = quote(&request(price, distance)).unwrap();
        let bill = settle(&offered, &later, actual).unwrap();
        let Labels { mileage, unknown_mileage, limited_mileage, limited_price, tax } = &*LABELS;
        let given = ["Towing", mileage, unknown_mileage, limited_mileage, limited_price, tax];
        for line in offered.lines().iter().chain(bill.lines()) {
            prop_assert!(given.contains(&line.label.as_str()), "{}", line.label);
        }
    }

    #[test]
    fn an_offer_and_its_bill_keep_the_tax_of_their_price(price in any_price(), distance in any_distance(), included in any::<bool>(), actual in any_miles()) {
        let price = Price { tax: Tax { included, ..price.tax }, ..price };
        let offered = quote(&request(price, distance)).unwrap();
        prop_assert_eq!(agreed_tax(&offered), Some(price.tax));
        prop_assert_eq!(settle(&offered, &price, actual).unwrap().tax(), Some(price.tax));
    }

    #[test]
    fn the_approved_miles_cost_the_approved_total(price in any_price(), actual in any_miles()) {
        let approved = quote(&request(price, Distance::Known(actual))).unwrap();
        let bill = settle(&approved, &price, actual).unwrap();
        prop_assert_eq!(bill.lines(), approved.lines());
        prop_assert_eq!(bill.total(), approved.total());
    }

    #[test]
    fn a_limited_bill_leaves_at_most_a_cent_or_two_uncharged(price in any_price(), known in any_miles(), actual in any_miles()) {
        let approved = quote(&request(price, Distance::Known(known))).unwrap();
        let bill = settle(&approved, &price, actual).unwrap();
        if bill.lines().iter().any(|line| line.label == LABELS.limited_mileage) {
            prop_assert!(approved.ceiling() - bill.total() <= Amount(2));
        }
    }

    #[test]
    fn driving_less_never_costs_more(price in any_price(), known in any_miles(), a in any_miles(), b in any_miles()) {
        let approved = quote(&request(price, Distance::Known(known))).unwrap();
        let near = settle(&approved, &price, a.min(b)).unwrap();
        let far = settle(&approved, &price, a.max(b)).unwrap();
        prop_assert!(near.total() <= far.total());
    }
}
