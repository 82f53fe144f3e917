//! The pure rules of Wayside: values, prices, time zones, opening hours, free windows. No IO and no clock, so that the server and the
//! browser compute the same price with the same code, and every rule can be covered by property tests.
//!
//! Without features the crate is small enough for WASM. The feature `ssr` adds what only a server needs:
//! the Postgres encodings of the values, [`Zone`] with the whole time zone database, the names of days and months in every [`Locale`], new [`Id`]s, and
//! parsing of [`Phone`] numbers as people type them.
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[macro_use]
mod columns;
#[macro_use]
mod text;

mod characters;
pub mod field;
mod locale;
pub mod opening;
pub mod quote;
mod recurrence;
#[cfg(feature = "ssr")]
pub mod slots;
mod span;
pub mod spans;
pub mod typed_time;
mod values;
#[cfg(feature = "ssr")]
pub mod windows;
#[cfg(feature = "ssr")]
mod zone;

pub use field::FieldError;
pub use locale::{LocalMoney, Locale, Units};
pub use quote::{
    CancellationFees, CancellationStage, Item, Line, LineKind, PlatformFee, Quantity, Quote, QuoteError, Tax, Unit,
    mileage::{Distance, Miles10, MilesError, Price, QuoteRequest},
};
pub use recurrence::{Recurrence, RecurrenceError};
#[cfg(feature = "ssr")]
pub use slots::{SlotPlan, SlotPurpose};
pub use span::TimeSpan;
pub use text::UnknownCode;
pub use values::{
    Amount, BasisPoints, BasisPointsError, Commission, Currency, EmailAddress, EmailAddressError, GeoPoint,
    GeoPointError, Id, Meters, Money, MoneyError, Phone, PhoneError, Reference, ReferenceError, Stars, StarsError,
    TaxRate, TaxRateError, road_distance, travel_time,
};
#[cfg(feature = "ssr")]
pub use zone::{LocalTimeError, Zone, ZoneError};

/// Used by the exported macros only.
#[doc(hidden)]
pub mod __private {
    pub use serde;
    #[cfg(feature = "ssr")]
    pub use sqlx;
}
