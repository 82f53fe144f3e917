//! What a booking costs: one rule for the price shown while typing, the price approved and the price charged.
//!
//! A [`Quote`] is a list of priced [`Line`]s, their total, and a *ceiling*: the most the customer can be charged
//! without being asked again. Its laws hold by construction: the total is the sum of the lines, and it never
//! exceeds the ceiling. Each line is rounded once; nothing else is.
//!
//! [`quote()`] makes the offer, [`settle`] the bill when the miles are known, [`cancellation`] the fee when it
//! doesn't come to that.

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
