//! Tenants: the businesses on the platform. Tables `platform.tenants`, `platform.hosts` and `platform.logos`, read and written only through functions of schema `app`.

pub mod actions;
mod drawings;
mod each;
mod formats;
mod hosts;
mod logo;
mod model;
pub mod pages;
pub mod policy;
#[cfg(test)]
mod public_tests;
mod settings;
pub mod store;
mod storefront;
mod strokes;
#[cfg(test)]
mod tests;

pub use drawings::Drawing;
pub use each::for_each;
pub use formats::formats;
pub use hosts::Hosts;
pub use logo::{LARGEST as LARGEST_LOGO, Logo};
pub use model::{Maintenance, Plan, Status, Tenant};
pub use settings::Settings;
pub use store::{TenantLink, current, find_by_host, find_by_id, list_hosts, list_ids};
pub use storefront::{Storefront, Storefronts};
