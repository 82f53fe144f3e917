//! Money to providers: their share of each booking, and the transfers of those shares.
//!
//! Owns `earnings`, `payouts` and `payout_items`.
//!
//! ```text
//! earning   pending ─> paid_out      payout   pending ─> paid   (its earnings are paid out)
//!              └─> frozen                        └─────> failed (its earnings wait for the next payout)
//! ```
//! Cash that a provider keeps is a negative earning. A payout is never negative: while the cash kept is more than what was earned, both wait
//! for the next one.

pub mod actions;
mod earn;
mod model;
mod pay_out;
pub mod policy;
mod share;
mod statement;
pub mod store;
#[cfg(test)]
mod tests;

pub use earn::{Work, earn, keep_cash};
pub use model::{Earning, EarningKind, EarningStatus, Payout, PayoutStatus};
pub use pay_out::{create, mark_failed, mark_paid};
pub use share::{Parts, Share, split};
pub use statement::{agreed_share, statement};
pub use store::credited_for_drive;
