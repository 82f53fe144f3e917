use super::{Item, LineKind, Quantity, QuoteError, Unit};
use crate::values::Amount;

/// A number of units at the price of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    pub unit: Unit,
    pub quantity: Quantity,
    pub unit_price: Amount,
}

impl Charge {
    pub fn amount(self) -> Result<Amount, QuoteError> {
        self.quantity.price(self.unit_price).ok_or(QuoteError::TooLarge)
    }

    /// The charge as an item with a label for the customer.
    pub fn item(self, kind: LineKind, label: impl Into<String>) -> Item {
        let Self { unit, quantity, unit_price } = self;
        Item { kind, label: label.into(), quantity, unit, unit_price, at_most: None }
    }
}

/// What so many seats cost at the price of one.
pub fn seats(price: Amount, count: u32) -> Result<Charge, QuoteError> {
    if price.is_negative() {
        return Err(QuoteError::NegativePrice);
    }
    let seats = Charge { unit: Unit::Seat, quantity: Quantity::whole(count), unit_price: price };
    seats.amount().map(|_| seats)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_seat_costs_the_same() {
        let two = seats(Amount(450_000), 2).unwrap();
        assert_eq!((two.quantity, two.amount()), (Quantity(2_000), Ok(Amount(900_000))));
        let item = two.item(LineKind::Service, "Almaty to Bishkek");
        assert_eq!((item.unit, item.quantity, item.at_most), (Unit::Seat, Quantity(2_000), None));
    }

    #[test]
    fn a_negative_price_and_one_beyond_all_measure_are_refused() {
        assert_eq!(seats(Amount(-1), 1), Err(QuoteError::NegativePrice));
        assert_eq!(seats(Amount(i64::MAX), 2), Err(QuoteError::TooLarge));
    }

    proptest! {
        #[test]
        fn more_seats_cost_no_less(price in 0i64..1_000_000_000, a in 0u32..1_000, b in 0u32..1_000) {
            let cost = |count| seats(Amount(price), count).unwrap().amount().unwrap();
            prop_assert!(cost(a.min(b)) <= cost(a.max(b)));
        }
    }
}
