//! The kind of business of the services and bookings that tests of the core begin with: the one that every release has.

use engine::{Distance, Miles10, Price, Quote, QuoteRequest, quote::mileage::quote};
use serde_json::Value;

use crate::{
    catalog::PricedService,
    tenants::Tenant,
    verticals::{
        Vertical,
        roadside::{RoadsideService, labels, price_of},
    },
};

pub const FIRST_KIND: Vertical = Vertical::Roadside;

/// The server function that starts a booking by its [form](booking_form).
pub const START: &str = "/api/roadside_start_booking";

/// The server function that confirms a booking on its review page.
pub const CONFIRM: &str = "/api/roadside_confirm_booking";

/// What is kept of a service, by whether its work has a destination.
pub fn service_options(asks_destination: bool) -> Value {
    RoadsideService { asks_destination }.options()
}

/// The price of a service with its tenant's tax: for so many miles, if it charges miles, or for work on the spot.
pub fn agreed_price(tenant: &Tenant, offered: &PricedService, miles: Option<i32>) -> Quote {
    let tax = tenant.settings.tax();
    let distance = miles.map_or(Distance::None, |miles| Distance::Known(Miles10::whole(miles).unwrap()));
    let price = Price { tax, ..price_of(&offered.prices).unwrap() };
    quote(&QuoteRequest { service_name: &offered.service.name, price, distance, labels: &labels(tax) }).unwrap()
}

/// The fields of the form that books a jump start for now.
pub fn booking_form<'a>(
    name: &'a str,
    phone: &'a str,
    address: &'a str,
    vehicle_model: &'a str,
) -> Vec<(&'static str, &'a str)> {
    vec![
        ("service", "jump-start"),
        ("address", address),
        ("vehicle_year", "2019"),
        ("vehicle_make", "Honda"),
        ("vehicle_model", vehicle_model),
        ("vehicle_color", "Blue"),
        ("when", "now"),
        ("name", name),
        ("phone", phone),
        ("payment_method", "cash"),
    ]
}
