//! The pages of the back office, one file each.

mod assign;
mod audit;
mod board;
mod booking;
mod booking_parts;
mod bookings;
mod cancel;
mod new_booking;
mod payments;
mod payout;
mod payouts;
mod people;
mod person;
mod provider;
mod providers;
mod reschedule;
mod service;
mod services;

pub use assign::assign;
pub use audit::{audit, audit_csv};
pub use board::{board, home};
pub use booking::booking;
pub use bookings::{bookings, bookings_csv};
pub use cancel::cancel;
pub use new_booking::new_booking;
pub use payments::payments;
pub use payout::{payout, payout_csv, payout_preview};
pub use payouts::payouts;
pub use people::people;
pub use person::person;
pub use provider::provider;
pub use providers::providers;
pub use reschedule::reschedule;
pub use service::service;
pub use services::services;
