//! All SQL on `bookings`, `booking_events` and `staff_alerts`.

mod alerts;
mod change;
mod columns;
mod find;
mod new;
mod of_customer;
mod opened;
mod span;
mod timeline;

pub use alerts::{
    MOST_ALERTS, StaffAlert, alert_staff, alert_staff_once, open_alerts, resolve_alerts, resolve_alerts_of_kind,
};
pub use change::{apply, locate, reassign, set_extent, wait_for};
pub use find::{
    find, find_all, find_all_by_reference, find_by_draft, find_by_reference, find_by_token_hash, find_sealed_token,
    list_open_of_phone, lock,
};
pub use new::{NewBooking, insert};
pub use of_customer::{ListedBooking, count_of_guest, list_of_customer, places_of_customer};
pub use opened::{OpenedBooking, open_by_owner, open_by_token_hash};
pub use span::Span;
pub use timeline::{Event, NewEvent, record, timeline};
