//! A customer's pages of a booking.

mod cancel;
mod link;
mod manage;
mod map;
mod parts;
mod proposal;
mod reschedule;
mod track;

pub use cancel::{cancel, cancel_own};
pub use manage::{manage, own};
pub use reschedule::{moment_fields, reschedule, reschedule_own};
pub use track::track;
