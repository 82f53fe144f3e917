//! The brand's pages and its settings.

mod files;
mod frame;
mod landing;
mod logo;
mod maintenance;
mod not_found;
mod paused;
mod settings;
mod unknown_host;

pub use files::{drawn, icon, is_of_brand, manifest, robots, share, sitemap};
pub use frame::{CustomerFooter, CustomerFrame, SignOutButton};
pub use landing::landing;
pub use logo::logo;
pub use maintenance::{maintenance, stays_open};
pub use not_found::not_found;
pub use paused::paused;
pub use settings::settings;
pub use unknown_host::unknown_host;
