//! What the business knows about a person: giving it to them, forgetting it, and keeping nothing for longer than there is a reason. Table `erasures`.
//!
//! [`map`] says for every table what of it is a person's, whether they get it and what becomes of it when they are forgotten; a table that is missing
//! there fails a test. Forgetting happens in two parts:
//!
//! 1. In one transaction: what is open is called off, rows that are theirs are emptied or deleted, sessions end. The ledger stays: it names nobody.
//! 2. A task takes what identified them (name, e-mail, phone, plate) out of the remarks others wrote, then searches every column of the tenant for it. What
//!    that finds is the certificate: nothing, save what the law wants kept ([`map::HOLDS`]).
//!
//! Names are what people type, so the second part must not become a way to rewrite what others have: it writes listed columns only, and an identifier that
//! is somebody else's too, a street's, a service's or an everyday word isn't looked for, as the certificate says.
//! Who is named where nothing is rewritten, such as in the description of a service, is left over until somebody looks at it.
//!
//! This module alone writes other features' tables itself: a person is in all of them.

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
