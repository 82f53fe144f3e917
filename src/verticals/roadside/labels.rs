//! The labels of a price's lines. The price is stored with them, in the language in which it was made: see `docs/decisions/0035-fluent.md`.

use engine::{Tax, quote::mileage::Labels};

use crate::verticals::tax_label;

/// The labels of a price with this tax.
pub fn labels(tax: Tax) -> Labels {
    Labels {
        mileage: t!("roadside-mileage").to_owned(),
        unknown_mileage: t!("roadside-mileage-by-the-miles-driven").to_owned(),
        limited_mileage: t!("roadside-mileage-limited-to-the-approved-price").to_owned(),
        limited_price: t!("roadside-limited-to-the-approved-price").to_owned(),
        tax: tax_label(tax),
    }
}
