use serde::{Deserialize, Serialize};

use super::{Labels, Miles10};
use crate::{
    quote::{self, Charge, Item, LineKind, Quote, QuoteError, Tax, Unit},
    values::Amount,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Price {
    pub base: Amount,
    /// `None`: miles are not charged.
    pub per_mile: Option<Amount>,
    pub tax: Tax,
}

impl Price {
    /// Rejects prices that can't be charged.
    pub fn validate(&self) -> Result<(), QuoteError> {
        if self.base.is_negative() || self.per_mile.is_some_and(Amount::is_negative) {
            Err(QuoteError::NegativePrice)
        } else {
            Ok(())
        }
    }
}

/// The distance of a job, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// No distance is charged: the work is done on the spot.
    None,
    /// Both ends are known.
    Known(Miles10),
    /// One end is unknown; the customer approves a price for up to this many miles.
    Unknown {
        /// The most miles charged without a new approval.
        at_most: Miles10,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuoteRequest<'a> {
    /// The service's name for customers; becomes the label of its line.
    pub service_name: &'a str,
    pub price: Price,
    pub distance: Distance,
    pub labels: &'a Labels,
}

/// The price of a service.
///
/// - Distance known: the ceiling allows 25% more miles.
/// - Distance unknown: the total is the lowest price ("from"), the ceiling the price at the most miles.
/// - No price per mile: the total is the ceiling.
pub fn quote(request: &QuoteRequest<'_>) -> Result<Quote, QuoteError> {
    let &QuoteRequest { service_name, price, distance, labels } = request;
    price.validate()?;
    let mut items = vec![Item::job(LineKind::Service, service_name, price.base)];
    items.extend(price.per_mile.and_then(|per_mile| distance.item(per_mile, labels)));
    quote::quote(&items, price.tax.labelled(&labels.tax))
}

impl Distance {
    fn item(self, per_mile: Amount, labels: &Labels) -> Option<Item> {
        let (label, miles, at_most) = match self {
            Self::None => return None,
            Self::Known(miles) => (&labels.mileage, miles, miles.with_headroom()),
            Self::Unknown { at_most } => (&labels.unknown_mileage, Miles10::ZERO, at_most),
        };
        Some(Item { at_most: Some(at_most.into()), ..item(label, miles, per_mile) })
    }
}

/// So many miles at this price each.
pub(super) fn item(label: &str, miles: Miles10, per_mile: Amount) -> Item {
    Charge { unit: Unit::Mile, quantity: miles.into(), unit_price: per_mile }.item(LineKind::Mileage, label)
}
