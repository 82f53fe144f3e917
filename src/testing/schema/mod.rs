//! Guarantees of the schema, whatever the code does: every table belongs to tenants, no statement of the application's role crosses tenants, and the
//! constraints hold under concurrency.

mod constraints;
mod isolation;
mod plans;
mod statements;
mod structure;
