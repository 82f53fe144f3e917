//! `/account/…`.

mod bookings;
mod confirm;
mod devices;
mod passkeys;
mod security;

pub use bookings::bookings;
pub use confirm::confirm;
pub use devices::devices;
pub use passkeys::passkeys;
pub use security::security;
