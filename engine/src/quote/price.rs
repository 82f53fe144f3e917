use serde::{Deserialize, Serialize};

use super::{Line, LineKind, Miles10, Quantity, Quote, QuoteError};
use crate::values::{Amount, TaxRate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Price {
    pub base: Amount,
    /// `None`: miles are not charged.
    pub per_mile: Option<Amount>,
    /// Added to all lines but tips.
    pub tax: TaxRate,
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

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuoteRequest {
    /// The service's name for customers; becomes the label of its line.
    pub service_name: String,
    pub price: Price,
    pub distance: Distance,
}

/// The price of a service.
///
/// - Distance known: the ceiling allows 25% more miles.
/// - Distance unknown: the total is the lowest price ("from"), the ceiling the price at the most miles.
/// - No price per mile: the total is the ceiling.
pub fn quote(request: &QuoteRequest) -> Result<Quote, QuoteError> {
    let QuoteRequest { service_name, price, distance } = request;
    price.validate()?;
    let per_mile = price.per_mile.filter(|_| *distance != Distance::None);
    let service = Line::single(LineKind::Service, service_name, price.base);
    let Some(per_mile) = per_mile else {
        return Quote::fixed(with_tax(vec![service], price.tax)?);
    };
    let (label, miles, at_most) = match *distance {
        Distance::None => ("Mileage", Miles10::ZERO, Miles10::ZERO),
        Distance::Known(miles) => ("Mileage", miles, miles.with_headroom()),
        Distance::Unknown { at_most } => ("Mileage, by the miles driven", Miles10::ZERO, at_most),
    };
    let lines = |miles: Miles10| {
        let mileage = Line::new(LineKind::Mileage, label, Quantity::from(miles), per_mile)?;
        with_tax(vec![service.clone(), mileage], price.tax)
    };
    let ceiling = Quote::fixed(lines(at_most)?)?.total();
    Quote::new(lines(miles)?, ceiling)
}

/// Adds the tax line at the end, if there is tax.
pub(super) fn with_tax(mut lines: Vec<Line>, rate: TaxRate) -> Result<Vec<Line>, QuoteError> {
    if rate.is_zero() {
        return Ok(lines);
    }
    let taxed = lines.iter().filter(|line| line.kind.is_taxed()).map(|line| line.amount);
    let taxed = Amount::checked_sum(taxed).ok_or(QuoteError::TooLarge)?;
    lines.push(Line::single(LineKind::Tax, format!("Tax ({rate})"), taxed.max(Amount::ZERO).tax_at(rate)));
    Ok(lines)
}

/// The tax rate of an agreed price; `None` if it can't be determined.
///
/// Reads it from the tax line's label, as [`with_tax`] writes it: the amount, rounded to the cent, doesn't determine the rate.
pub fn agreed_tax(quote: &Quote) -> Option<TaxRate> {
    let mut labels = quote.lines().iter().filter(|line| line.kind == LineKind::Tax).map(|line| &line.label).peekable();
    if labels.peek().is_none() {
        return Some(TaxRate::ZERO);
    }
    labels.find_map(|label| label.rsplit_once('(')?.1.strip_suffix(')')?.parse().ok())
}
