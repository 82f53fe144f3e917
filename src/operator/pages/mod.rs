//! The operators' pages, and two that tenants' pages use: the start of an impersonation, and its banner.

mod account;
mod banner;
mod begin_impersonation;
mod frame;
mod health;
mod icon;
mod impersonation;
mod log;
mod new_tenant;
mod security;
mod sign_in;
mod status;
mod tenant;
mod tenants;

pub use account::account;
pub use banner::banner;
pub use begin_impersonation::begin_impersonation;
pub use health::health;
pub use icon::icon;
pub use impersonation::impersonation;
pub use log::log;
pub use new_tenant::new_tenant;
pub use security::{recovery_codes, security};
pub use sign_in::{sign_in, sign_in_code};
pub use tenant::tenant;
pub use tenants::tenants;

use chrono::{DateTime, Utc};
use engine::{Locale, Zone};

/// A time in UTC: operators aren't in a tenant's zone.
fn moment(at: DateTime<Utc>) -> String {
    let (day, time) = (Locale::EnGb.date(Zone::UTC.date(at)), Locale::EnGb.time(at.time()));
    t!("operator-utc", day = day, time = time)
}
