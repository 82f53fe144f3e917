//! A person's data: export, erasure and retention. Table `erasures`.
//!
//! [`map`] says for every table which data belongs to a person, whether it is exported, and what an erasure does with it; a table missing there fails
//! a test. An erasure has two parts:
//!
//! 1. One transaction cancels open bookings, empties or deletes the person's rows, and ends sessions. The ledger stays: it contains no names.
//! 2. A task removes the person's identifiers (name, e-mail, phone, plate) from remarks written by others, then searches every column of the tenant
//!    for them. The result is the certificate: nothing found except what the law requires keeping ([`map::HOLDS`]).
//!
//! People choose their names freely, so the second part must not change other people's data. It writes to listed columns only. It skips an
//! identifier that also belongs to another person, a street or a service, or is an everyday word; the certificate says so. A match in a column that
//! isn't rewritten, such as the description of a service, is left for a person to check.
//!
//! Only this module writes to other features' tables, because a person's data is in all of them.

pub mod actions;
mod certificate;
mod erasure;
mod export;
mod identifiers;
pub mod map;
pub mod pages;
mod person;
pub mod policy;
pub mod retention;
mod store;
mod subject;
#[cfg(test)]
mod tests;

pub use erasure::{FINISH, finish};
pub use retention::RETENTION;
