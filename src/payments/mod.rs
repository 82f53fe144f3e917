//! Money from customers: what a booking charges, how it was paid, and the ledger.
//!
//! Owns `payments`, `postings` and `ledger_rows`.
//!
//! ```text
//! pending ─> confirmed (staff: the money has arrived)
//!    └─────> failed    (staff: it never came) ─> pending (staff: it is expected again)
//! ```
//! Cash, CashApp and Zelle payments are made outside of this system, so a person confirms each of them.

pub mod actions;
mod charge;
mod confirm;
pub mod in_words;
pub mod ledger;
pub mod methods;
mod model;
pub mod policy;
pub mod store;
#[cfg(test)]
mod tests;

pub use charge::{Charge, charge};
pub use confirm::{confirm, expect_again, fail};
pub use model::{Payment, PaymentStatus};
