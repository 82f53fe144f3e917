//! What a toy costs, by the prices of its service.

use engine::{
    Item, LineKind, QuoteError, Unit,
    quote::{Charge, stay},
};

use super::Shape;
use crate::catalog::PriceList;

engine::codes! {
    /// How large a toy is that is delivered: the class of the delivery's price.
    pub enum Size ("size of a toy") {
        Small = "small",
        Large = "large",
    }
}

/// What somebody wants to play.
#[derive(Debug, Clone, Copy)]
pub struct Play {
    pub shape: Shape,
    /// Of a toy that is delivered.
    pub size: Option<Size>,
    pub minutes: u32,
    /// How many play.
    pub units: u32,
}

/// An hour for one, without a delivery.
impl From<Shape> for Play {
    fn from(shape: Shape) -> Self {
        Self { shape, size: None, minutes: 60, units: 1 }
    }
}

impl Play {
    /// What it costs.
    ///
    /// - A seat costs the price of one, and a crew plays as a group, at the price of its size. A service without such a price sells them by the time.
    /// - All else is sold by the time.
    /// - A delivery is added, by the size of the toy.
    pub fn items(&self, toy: &str, prices: &PriceList) -> Result<Vec<Item>, QuoteError> {
        let (line, charges) = self.charges(prices)?;
        let played = charges.into_iter().map(|charge| charge.item(line, toy));
        Ok(played.chain(self.delivery(prices)?).collect())
    }

    fn charges(&self, prices: &PriceList) -> Result<(LineKind, Vec<Charge>), QuoteError> {
        let sells = |line, unit| prices.of_any(line, unit).next().is_some();
        Ok(match self.shape {
            Shape::Seat if sells(LineKind::Service, Unit::Seat) => {
                (LineKind::Service, vec![prices.seats(LineKind::Service, self.units)?])
            }
            Shape::Crew if sells(LineKind::Extension, Unit::Person) => {
                let group = prices.group_rates(LineKind::Extension).and_then(|rates| rates.charge(self.units));
                (LineKind::Extension, vec![group.ok_or(QuoteError::NoPrice)?])
            }
            _ => (LineKind::Service, stay(&prices.stay_rates(LineKind::Service), self.minutes)?),
        })
    }

    /// The delivery, if there is one.
    pub fn delivery(&self, prices: &PriceList) -> Result<Option<Item>, QuoteError> {
        let Some(size) = self.size else { return Ok(None) };
        let price = prices.for_number(LineKind::Concierge, size.as_str(), Unit::Job, 1).ok_or(QuoteError::NoPrice)?;
        Ok(Some(Item::job(LineKind::Concierge, t!("toy-delivery"), price)))
    }
}
