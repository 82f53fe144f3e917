//! The price of a drive, by the mile: [`quote()`] makes the offer, [`settle`] the bill when the miles are known.

mod labels;
mod miles;
mod price;
mod settle;

pub use labels::Labels;
pub use miles::{Miles10, MilesError};
pub use price::{Distance, Price, QuoteRequest, quote};
pub use settle::settle;

#[cfg(test)]
mod tests;
