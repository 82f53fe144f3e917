//! Value types. Each validates itself when it is made, and knows how it is stored and shown.

mod amount;
mod basis_points;
mod commission;
mod currency;
mod distance;
mod email_address;
mod float;
mod geo_point;
mod id;
mod money;
mod percent;
mod phone;
mod reference;
mod rounding;
mod stars;
mod tax_rate;

pub use amount::Amount;
pub use basis_points::{BasisPoints, BasisPointsError};
pub use commission::Commission;
pub use currency::Currency;
pub use distance::{Meters, road_distance, travel_time};
pub use email_address::{EmailAddress, EmailAddressError};
pub use geo_point::{GeoPoint, GeoPointError};
pub use id::Id;
pub use money::{Money, MoneyError};
pub use phone::{Phone, PhoneError};
pub use reference::{Reference, ReferenceError};
pub(crate) use rounding::divide_half_away_from_zero;
pub use stars::{Stars, StarsError};
pub use tax_rate::{TaxRate, TaxRateError};
