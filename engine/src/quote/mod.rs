//! The price of a booking: one rule for the price shown while typing, the approved price and the charged price.
//!
//! A [`Quote`] is a list of priced [`Line`]s, their total, and a *ceiling*: the most the customer can be charged
//! without a new approval. The total is always the sum of the lines, and never above the ceiling.
//! Each line is rounded once; nothing else is rounded. The code that asks for a price gives the labels of its lines.
//!
//! [`quote()`] prices [`Item`]s with their [`Tax`]. What a service sells decides the items: [`stay`] prices a time, [`GroupRates`] a group,
//! [`seats`] seats, [`mileage`] a drive. [`PlatformFee`] adds the platform's fee. [`cancellation`] and [`RefundTiers`] make the fee for a
//! cancelled booking.

mod agreed;
mod cancellation;
mod charge;
mod group;
mod item;
mod line;
pub mod mileage;
mod platform_fee;
mod refund;
mod stay;
mod tax;
mod total;
mod unit;

pub use agreed::agreed_tax;
pub use cancellation::{CancellationFees, CancellationStage, cancellation};
pub use charge::{Charge, seats};
pub use group::{GroupRates, GroupRatesError, GroupTier};
pub use item::{Item, quote};
pub use line::{Line, LineKind, Quantity};
pub use platform_fee::PlatformFee;
pub use refund::{RefundTier, RefundTiers, RefundTiersError};
pub use stay::{StayRates, stay};
pub use tax::{LabelledTax, Tax};
pub use total::{Quote, QuoteError};
pub use unit::Unit;
