//! Tenants: the businesses on the platform. Table `platform.tenants` and `platform.hosts`, read through narrow functions only.

mod model;
pub mod pages;
mod store;

pub use model::{Settings, Tenant};
pub use store::{Hosts, TenantLink, find_by_host, find_by_id, list_hosts, list_ids};
