//! `/admin/audit` and the same as a file.

mod entries;
mod list;
mod typed;

pub use list::{audit, audit_csv};
