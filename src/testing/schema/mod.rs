//! What the schema promises, whatever the code does: every table is a tenant's, no statement of the application's role crosses tenants, and the
//! constraints hold under concurrency.

mod constraints;
mod isolation;
mod plans;
mod statements;
mod structure;
