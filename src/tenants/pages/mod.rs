//! The brand's pages and its settings.

mod frame;
mod landing;
mod logo;
mod maintenance;
mod paused;
mod settings;
mod unknown_host;

pub use frame::{CustomerFrame, SignOutButton};
pub use landing::landing;
pub use logo::logo;
pub use maintenance::{maintenance, stays_open};
pub use paused::paused;
pub use settings::settings;
pub use unknown_host::unknown_host;
