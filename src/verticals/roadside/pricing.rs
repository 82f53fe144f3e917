use engine::{
    Currency, Distance, GeoPoint, LineKind, Locale, Miles10, Money, Price, Quote, QuoteError, QuoteRequest,
    quote::mileage::{self, Labels},
    road_distance,
};
use serde::{Deserialize, Serialize};

use crate::ui::PriceLine;

/// The pricing of a roadside service: the same rule while typing, when reviewing and when confirming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    pub service_name: String,
    pub price: Price,
    pub labels: Labels,
    pub currency: Currency,
    pub locale: Locale,
    pub asks_destination: bool,
    /// The maximum miles charged for an unknown distance without a new approval.
    pub at_most: Miles10,
}

impl Pricing {
    /// The estimated distance by road.
    pub fn distance(&self, from: Option<GeoPoint>, to: Option<GeoPoint>) -> Distance {
        match (self.asks_destination, from, to) {
            (false, ..) => Distance::None,
            (true, Some(from), Some(to)) => Distance::Known(road_distance(from, to).into()),
            (true, ..) => Distance::Unknown { at_most: self.at_most },
        }
    }

    pub fn quote(&self, from: Option<GeoPoint>, to: Option<GeoPoint>) -> Result<Quote, QuoteError> {
        let distance = self.distance(from, to);
        mileage::quote(&QuoteRequest {
            service_name: &self.service_name,
            price: self.price,
            distance,
            labels: &self.labels,
        })
    }

    /// The lines of a quote, formatted.
    pub fn shown_lines(&self, quote: &Quote) -> Vec<PriceLine> {
        quote
            .lines()
            .iter()
            .map(|line| {
                let shown = PriceLine::new(line.label.clone(), self.money(line.amount));
                match line.kind {
                    LineKind::Mileage if line.quantity.0 == 0 => {
                        shown.with_detail(t!("roadside-islands-a-mile", unit_price = self.money(line.unit_price)))
                    }
                    LineKind::Mileage => shown.with_detail(t!(
                        "roadside-islands-mi",
                        quantity = self.locale.quantity(line.quantity),
                        unit_price = self.money(line.unit_price)
                    )),
                    _ => shown,
                }
            })
            .collect()
    }

    /// The tax that the price contains, in words.
    pub fn included_tax(&self, quote: &Quote) -> Option<String> {
        let tax = Money::new(quote.included_tax(), self.currency);
        self.price.tax.included.then(|| self.locale.included_tax(Some(self.price.tax.rate), tax))
    }

    /// What may be added to the total, and why; `None` if the total is final.
    pub fn ceiling_sentence(&self, quote: &Quote, distance: Distance) -> Option<String> {
        let most = self.money(quote.ceiling());
        match distance {
            Distance::Unknown { at_most } if quote.is_open() => Some(t!(
                "roadside-islands-you-pay-for-actual-miles-each",
                per_mile = self.money(self.price.per_mile.unwrap_or_default()),
                at_most = at_most,
                most = most
            )),
            Distance::Known(_) if quote.is_open() => {
                Some(t!("roadside-islands-the-miles-are-an-estimate-you", most = most))
            }
            _ => None,
        }
    }

    /// An amount, formatted.
    pub fn money(&self, amount: engine::Amount) -> String {
        self.locale.money(Money::new(amount, self.currency)).to_string()
    }
}
