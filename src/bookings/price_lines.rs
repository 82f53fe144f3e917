//! The lines of a price as pages show them.

use engine::{Line, LineKind, Quantity, quote::Unit};

use crate::{tenants::Tenant, ui::PriceLine, words::Phrase};

/// A line of a price, with what it counts unless that is one of the whole.
pub fn price_line(tenant: &Tenant, line: &Line) -> PriceLine {
    let shown = PriceLine::new(&line.label, tenant.money(line.amount).to_string());
    match measured_in(line.unit, line.kind) {
        Some(units) if line.quantity != Quantity::ONE => shown.with_detail(t!(
            "bookings-units-at-price",
            quantity = tenant.locale.quantity(line.quantity),
            units = units.say(),
            price = tenant.money(line.unit_price)
        )),
        _ => shown,
    }
}

/// What a line counts, in words; `None` if it is the price of the whole.
const fn measured_in(unit: Unit, kind: LineKind) -> Option<Phrase> {
    Some(match (unit, kind) {
        (Unit::Mile, _) | (Unit::Job, LineKind::Mileage) => phrase!("bookings-miles"), // older rows say the kind only
        (Unit::Kilometer, _) => phrase!("bookings-kilometers"),
        (Unit::Hour, _) => phrase!("bookings-hours"),
        (Unit::Day, _) => phrase!("bookings-days"),
        (Unit::Week, _) => phrase!("bookings-weeks"),
        (Unit::Month, _) => phrase!("bookings-months"),
        (Unit::Seat, _) => phrase!("bookings-seats"),
        (Unit::Person, _) => phrase!("bookings-people"),
        (Unit::Job, _) => return None,
    })
}
