//! Test helpers: a separate database per test (cloned from a migrated template, used as the application's role), the application in memory, a browser
//! with cookies, builders, and a fixed clock.

pub mod access;
mod app;
mod attacks;
mod authenticator;
mod builders;
mod database;
pub mod field;
mod first_kind;
mod histories;
mod imports;
mod laws;
pub mod links;
mod lists;
mod queries;
mod schema;
mod security_claims;
mod sources;
mod texts;
pub mod toy;

pub use app::{Browser, Process, Reply, Stream, TestApp, address};
pub use authenticator::Authenticator;
pub use builders::*;
pub use database::TestDb;
pub use first_kind::{CONFIRM, FIRST_KIND, START, booking_form};
pub use histories::play_histories;
pub use lists::{A_PAGE, there_and_back};
pub use queries::queries_of;
pub use sources::{Source, files, files_below, sources};
