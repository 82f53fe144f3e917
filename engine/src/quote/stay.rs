use super::{Charge, Quantity, QuoteError, Unit};
use crate::values::Amount;

/// The shortest time that is charged, minutes.
const QUARTER_HOUR: u32 = 15;

/// What the use of a thing costs by its length. A unit without a price isn't charged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StayRates {
    pub hour: Option<Amount>,
    pub day: Option<Amount>,
    pub week: Option<Amount>,
    /// 30 days.
    pub month: Option<Amount>,
}

/// A unit's price, and what is charged at least of it.
#[derive(Debug, Clone, Copy)]
struct Rate {
    unit: Unit,
    unit_price: Amount,
    /// Length of one step, minutes.
    step: u32,
    /// What a step is of a unit.
    step_quantity: Quantity,
}

#[derive(Debug, Clone)]
struct Priced {
    amount: Amount,
    parts: Vec<Charge>,
}

impl StayRates {
    /// The units that have a price, the longest first.
    fn rates(&self) -> Result<Vec<Rate>, QuoteError> {
        let of = |unit, price: Option<Amount>, step, step_quantity| {
            price.map(|unit_price| Rate { unit, unit_price, step, step_quantity })
        };
        let rates: Vec<_> = [
            of(Unit::Month, self.month, 30 * 24 * 60, Quantity::ONE),
            of(Unit::Week, self.week, 7 * 24 * 60, Quantity::ONE),
            of(Unit::Day, self.day, 24 * 60, Quantity::ONE),
            of(Unit::Hour, self.hour, QUARTER_HOUR, Quantity(250)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if rates.iter().any(|rate| rate.unit_price.is_negative()) {
            return Err(QuoteError::NegativePrice);
        }
        Ok(rates)
    }
}

/// What a stay of so many minutes is charged: the longest units first, and the rest by a shorter unit or by one more of the longer
/// one, whichever costs less.
///
/// - Time is charged by the started quarter of an hour, or by the started unit if no hours are sold.
/// - A longer stay never costs less.
/// - A stay never costs more than the next longer unit that covers it.
/// - No price at all is an error.
pub fn stay(rates: &StayRates, minutes: u32) -> Result<Vec<Charge>, QuoteError> {
    Ok(cheapest(&rates.rates()?, minutes)?.parts)
}

fn cheapest(rates: &[Rate], minutes: u32) -> Result<Priced, QuoteError> {
    let (longest, shorter) = rates.split_first().ok_or(QuoteError::NoPrice)?;
    let started = longest.steps(minutes.div_ceil(longest.step))?;
    if shorter.is_empty() {
        return Ok(started);
    }
    let whole = longest.steps(minutes / longest.step)?;
    let with_rest = whole.and(cheapest(shorter, minutes % longest.step)?)?;
    let without = cheapest(shorter, minutes)?;
    Ok([with_rest, without]
        .into_iter()
        .fold(started, |best, other| if other.amount < best.amount { other } else { best }))
}

impl Rate {
    fn steps(&self, count: u32) -> Result<Priced, QuoteError> {
        let quantity = Quantity(i64::from(count) * self.step_quantity.0);
        let part = Charge { unit: self.unit, quantity, unit_price: self.unit_price };
        Ok(Priced { amount: part.amount()?, parts: if count == 0 { Vec::new() } else { vec![part] } })
    }
}

impl Priced {
    fn and(mut self, rest: Self) -> Result<Self, QuoteError> {
        self.amount = self.amount.checked_add(rest.amount).ok_or(QuoteError::TooLarge)?;
        self.parts.extend(rest.parts);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u32 = 60;
    const DAY: u32 = 24 * HOUR;

    /// $3 an hour, $20 a day, $100 a week, $300 a month.
    const RATES: StayRates = StayRates {
        hour: Some(Amount(300)),
        day: Some(Amount(2_000)),
        week: Some(Amount(10_000)),
        month: Some(Amount(30_000)),
    };

    fn parts(rates: &StayRates, minutes: u32) -> Vec<(Unit, i64)> {
        stay(rates, minutes).unwrap().iter().map(|part| (part.unit, part.quantity.0)).collect()
    }

    fn cost(rates: &StayRates, minutes: u32) -> Amount {
        let parts = stay(rates, minutes).unwrap();
        parts.iter().map(|part| part.amount().unwrap()).sum()
    }

    #[test]
    fn a_started_quarter_of_an_hour_is_charged() {
        assert_eq!(parts(&RATES, 1), [(Unit::Hour, 250)]);
        assert_eq!(parts(&RATES, 2 * HOUR), [(Unit::Hour, 2_000)]);
        assert_eq!(cost(&RATES, 2 * HOUR + 1), Amount(675));
    }

    #[test]
    fn a_day_is_charged_where_its_hours_would_cost_more() {
        assert_eq!(parts(&RATES, 6 * HOUR), [(Unit::Hour, 6_000)]);
        assert_eq!(parts(&RATES, 7 * HOUR), [(Unit::Day, 1_000)]);
        assert_eq!(parts(&RATES, DAY + 2 * HOUR), [(Unit::Day, 1_000), (Unit::Hour, 2_000)]);
        assert_eq!(parts(&RATES, 5 * DAY + HOUR), [(Unit::Week, 1_000)]);
        assert_eq!(parts(&RATES, 37 * DAY), [(Unit::Month, 1_000), (Unit::Week, 1_000)]);
    }

    #[test]
    fn a_long_unit_that_costs_more_than_its_parts_is_not_charged() {
        let rates = StayRates { week: Some(Amount(20_000)), month: None, ..RATES };
        assert_eq!(parts(&rates, 7 * DAY), [(Unit::Day, 7_000)]);
    }

    #[test]
    fn without_hours_started_days_are_charged() {
        let rates = StayRates { hour: None, ..RATES };
        assert_eq!(parts(&rates, 10), [(Unit::Day, 1_000)]);
        assert_eq!(parts(&rates, DAY + 1), [(Unit::Day, 2_000)]);
    }

    #[test]
    fn a_stay_without_a_price_or_with_a_negative_one_is_refused() {
        assert_eq!(stay(&StayRates::default(), HOUR), Err(QuoteError::NoPrice));
        assert_eq!(stay(&StayRates { hour: Some(Amount(-1)), ..RATES }, HOUR), Err(QuoteError::NegativePrice));
        assert_eq!(stay(&StayRates { month: Some(Amount(i64::MAX)), ..RATES }, u32::MAX), Err(QuoteError::TooLarge));
    }

    fn rates() -> impl Strategy<Value = StayRates> {
        let price = || prop::option::of((0i64..100_000).prop_map(Amount));
        (price(), price(), price(), price())
            .prop_map(|(hour, day, week, month)| StayRates { hour, day, week, month })
            .prop_filter("something has a price", |rates| *rates != StayRates::default())
    }

    proptest! {
        #[test]
        fn a_longer_stay_never_costs_less(rates in rates(), a in 0u32..120 * DAY, b in 0u32..120 * DAY) {
            prop_assert!(cost(&rates, a.min(b)) <= cost(&rates, a.max(b)));
        }

        #[test]
        fn a_stay_never_costs_more_than_the_units_that_cover_it(rates in rates(), minutes in 0u32..120 * DAY) {
            for rate in rates.rates().unwrap() {
                let covering = rate.steps(minutes.div_ceil(rate.step)).unwrap();
                prop_assert!(cost(&rates, minutes) <= covering.amount);
            }
        }

        #[test]
        fn what_is_charged_covers_the_stay(rates in rates(), minutes in 0u32..120 * DAY) {
            let minutes_of = |unit| match unit {
                Unit::Month => 30 * DAY,
                Unit::Week => 7 * DAY,
                Unit::Day => DAY,
                _ => HOUR,
            };
            let charged: i64 = stay(&rates, minutes).unwrap().iter().map(|part| part.quantity.0 * i64::from(minutes_of(part.unit)) / 1_000).sum();
            prop_assert!(charged >= i64::from(minutes));
        }
    }
}
