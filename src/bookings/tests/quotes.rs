use engine::{Amount, Item, LineKind, Quantity, Quote, Tax, TaxRate, Unit, quote};

use crate::{
    bookings::quotes::{QuoteKind, approved, insert_approved, list},
    testing::{TestApp, begin, booking, service, tenant},
};

#[tokio::test]
async fn a_stored_quote_keeps_its_units_and_the_tax_in_its_prices() {
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
    let more = quote::quote(&[hours], Tax::included(TaxRate::new(19_000).unwrap())).unwrap();
    let fixed = |minor| Quote::fixed(vec![engine::Line::single(LineKind::Adjustment, "Less", Amount(minor))]).unwrap();
    let less = fixed(-1_190).with_included_tax(Amount(-190)).unwrap();

    let mut tx = begin(&app, atl).await;
    insert_approved(&mut tx, booked.id, QuoteKind::Extension, &more, "Dana Reed").await.unwrap();
    insert_approved(&mut tx, booked.id, QuoteKind::Adjustment, &less, "system").await.unwrap();
    let versions = list(&mut tx, booked.id).await.unwrap();
    assert_eq!(versions[1].quote, more);
    assert_eq!(versions[2].quote, less);
    assert_eq!(approved(&versions).unwrap().included_tax(), Amount(1_900 - 190));
    drop(tx);
    app.done().await;
}
