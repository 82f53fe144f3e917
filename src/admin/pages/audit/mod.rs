//! `/admin/audit` and its CSV export.

mod entries;
mod list;
mod typed;

pub use list::{audit, audit_csv};
