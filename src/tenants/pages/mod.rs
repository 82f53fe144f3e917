//! The brand's own pages.

mod frame;
mod landing;
mod paused;
mod unknown_host;

pub use frame::CustomerFrame;
pub use landing::landing;
pub use paused::paused;
pub use unknown_host::unknown_host;
