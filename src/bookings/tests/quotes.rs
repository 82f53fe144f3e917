use engine::{Amount, Id, Item, Line, LineKind, Quantity, Quote, Tax, TaxRate, Unit, quote};

use crate::{
    bookings::quotes::{QuoteKind, QuoteState, StoredQuote, approved, insert_approved, list},
    testing::{TestApp, begin, booking, service, tax, tenant},
};

#[tokio::test]
async fn a_stored_quote_keeps_its_units_and_its_tax() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    let service = service(&app, atl, "mowing", 10_000, None).await;
    let booked = booking(&app, atl, service).await;
    let hours = Item {
        kind: LineKind::Extension,
        label: "Two more hours".into(),
        quantity: Quantity(2_000),
        unit: Unit::Hour,
        unit_price: Amount(5_950),
        at_most: None,
    };
    let more = quote::quote(&[hours], Tax::included(TaxRate::new(19_000).unwrap()).labelled("Tax")).unwrap();
    let fixed = |minor| Quote::fixed(vec![Line::single(LineKind::Adjustment, "Less", Amount(minor))]).unwrap();
    let less = fixed(-1_190).with_included_tax(Amount(-190)).unwrap();

    let mut tx = begin(&app, atl).await;
    insert_approved(&mut tx, booked.id, QuoteKind::Extension, &more, "Dana Reed").await.unwrap();
    insert_approved(&mut tx, booked.id, QuoteKind::Adjustment, &less, "system").await.unwrap();
    let versions = list(&mut tx, booked.id).await.unwrap();
    assert_eq!(versions[1].quote, more);
    assert_eq!(versions[2].quote, less);
    let together = approved(&versions).unwrap();
    assert_eq!(together.included_tax(), Amount(1_900 - 190));
    assert_eq!(together.tax(), Some(Tax::on_top(tax().into())), "the tax of the first");
    drop(tx);
    app.done().await;
}

/// An approved version.
pub(super) fn version(version: i32, kind: QuoteKind, quote: Quote) -> StoredQuote {
    StoredQuote {
        id: Id::new(),
        version,
        kind,
        state: QuoteState::Approved,
        quote,
        approved_by: None,
        approved_at: None,
        description: None,
        offered_by: None,
        expires_at: None,
        charged_at: None,
    }
}

#[test]
fn work_added_later_leaves_a_price_the_tax_that_it_was_agreed_with() {
    let rate = |thousandths| Tax::on_top(TaxRate::new(thousandths).unwrap());
    let tow = Item::job(LineKind::Service, "Towing", Amount(10_000));
    let battery = Item::job(LineKind::Extension, "A new battery", Amount(10_000));
    let added = quote::quote(&[battery], rate(9_000).labelled("Tax (9%)")).unwrap();
    let agreed = quote::quote(&[tow], rate(8_000).labelled("Tax (8%)")).unwrap();
    for first in [agreed.clone(), agreed.with_tax(None)] {
        let versions = [version(1, QuoteKind::Original, first), version(2, QuoteKind::Extension, added.clone())];
        assert_eq!(approved(&versions).unwrap().tax(), Some(rate(8_000)));
    }
}

#[test]
fn prices_that_contain_tax_at_two_rates_are_settled_with_what_both_contain() {
    let tax = |thousandths| Tax::included(TaxRate::new(thousandths).unwrap());
    let price =
        |kind, minor, tax: Tax| quote::quote(&[Item::job(kind, "Work", Amount(minor))], tax.labelled("Tax")).unwrap();
    let agreed = price(LineKind::Service, 11_900, tax(19_000));
    let added = price(LineKind::Extension, 12_100, tax(21_000));
    let versions = [version(1, QuoteKind::Original, agreed), version(2, QuoteKind::Extension, added)];
    let both = approved(&versions).unwrap();
    assert_eq!((both.included_tax(), both.tax()), (Amount(1_900 + 2_100), None));
    assert_eq!(quote::agreed_tax(&both), Some(tax(20_000)));
}
