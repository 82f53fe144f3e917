use engine::{
    Amount, Distance, Id, Miles10, Price, QuoteRequest, TaxRate,
    quote::mileage::{Labels, quote, settle},
};
use proptest::prelude::*;

use super::finish::difference;
use crate::bookings::quotes::{QuoteKind, QuoteState, StoredQuote, approved};

proptest! {
    #[test]
    fn settling_sets_the_amount_due_within_the_approved_ceiling(
        base in 0i64..100_000, per_mile in 0i64..2_000, tax in 0i32..=20_000,
        estimate in prop::option::of(0i32..1_000), driven in 0i32..3_000,
    ) {
        let price = Price { base: Amount(base), per_mile: Some(Amount(per_mile)), tax: TaxRate::new(tax).unwrap().into() };
        let distance = match estimate {
            Some(tenths) => Distance::Known(Miles10::new(tenths).unwrap()),
            None => Distance::Unknown { at_most: Miles10::whole(25).unwrap() },
        };
        let labels = Labels::default();
        let agreed = quote(&QuoteRequest { service_name: "Towing", price, distance, labels: &labels }).unwrap();
        let driven = Miles10::new(driven).unwrap();
        let settled = settle(&agreed, &price, driven, &labels).unwrap();
        let adjustment = difference(&agreed, &settled, driven).unwrap();
        let stored = |version, kind, quote| StoredQuote {
            id: Id::new(), version, kind, state: QuoteState::Approved, quote, approved_by: None, approved_at: None,
            description: None, offered_by: None, expires_at: None, charged_at: None,
        };
        let versions = [stored(1, QuoteKind::Original, agreed.clone()), stored(2, QuoteKind::Adjustment, adjustment)];
        let after = approved(&versions).unwrap();
        prop_assert_eq!(after.total(), settled.total());
        prop_assert_eq!(after.ceiling(), agreed.ceiling(), "settling approves no more than was approved");
    }
}
