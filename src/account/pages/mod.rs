//! `/account/…`.

mod bookings;
mod confirm;
mod devices;
mod security;

pub use bookings::bookings;
pub use confirm::confirm;
pub use devices::devices;
pub use security::security;
