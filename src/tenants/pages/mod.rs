//! The brand's own pages.

mod frame;
mod landing;
mod unknown_host;

pub use frame::CustomerFrame;
pub use landing::landing;
pub use unknown_host::unknown_host;
