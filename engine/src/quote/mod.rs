//! The price of a booking: one rule for the price shown while typing, the approved price and the charged price.
//!
//! A [`Quote`] is a list of priced [`Line`]s, their total, and a *ceiling*: the most the customer can be charged
//! without a new approval. The total is always the sum of the lines, and never above the ceiling.
//! Each line is rounded once; nothing else is rounded.
//!
//! [`quote()`] makes the offer, [`settle`] the bill when the miles are known, [`cancellation`] the fee for a
//! cancelled booking.

mod cancellation;
mod group;
mod line;
mod miles;
mod price;
mod refund;
mod settle;
mod stay;
mod total;
mod unit;

pub use cancellation::{CancellationFees, CancellationStage, cancellation};
pub use group::{GroupRates, GroupRatesError, GroupTier};
pub use line::{Line, LineKind, Quantity};
pub use miles::{Miles10, MilesError};
pub use price::{Distance, Price, QuoteRequest, agreed_tax, quote};
pub use refund::{RefundTier, RefundTiers, RefundTiersError};
pub use settle::settle;
pub use stay::{StayPart, StayRates, stay};
pub use total::{Quote, QuoteError};
pub use unit::Unit;

#[cfg(test)]
mod tests;
