//! The price of a booking: one rule for the price shown while typing, the approved price and the charged price.
//!
//! A [`Quote`] is a list of priced [`Line`]s, their total, and a *ceiling*: the most the customer can be charged
//! without a new approval. The total is always the sum of the lines, and never above the ceiling.
//! Each line is rounded once; nothing else is rounded.
//!
//! [`quote()`] makes the offer, [`settle`] the bill when the miles are known, [`cancellation`] the fee for a
//! cancelled booking.

mod cancellation;
mod line;
mod miles;
mod price;
mod settle;
mod total;

pub use cancellation::{CancellationFees, CancellationStage, cancellation};
pub use line::{Line, LineKind, Quantity};
pub use miles::{Miles10, MilesError};
pub use price::{Distance, Price, QuoteRequest, agreed_tax, quote};
pub use settle::settle;
pub use total::{Quote, QuoteError};

#[cfg(test)]
mod tests;
