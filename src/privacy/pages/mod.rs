//! Pages for export and erasure: for users themselves, and for customers in the back office.

mod account;
mod certificate;
mod customer;
mod erase;
mod notice;

pub use account::{account, export};
pub use certificate::{certificate, certificate_json};
pub use customer::{customer, export_customer};
pub use erase::{erase, erase_customer};
pub use notice::notice;

use super::certificate::Certificate;
use crate::tenants::Tenant;
use certificate::card;
