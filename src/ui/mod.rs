//! The design system: the components of all pages. It knows no domain.
//!
//! Components render plain HTML that works without JavaScript and under a content security policy without inline styles. Their
//! styles are in `style/`, one file per component. Components have few parameters and no flags: two variants are two components.
//! `/dev/ui` shows all of them.

pub mod board;
pub mod brand;
pub mod buttons;
pub mod chart;
pub mod color;
pub mod dialog;
pub mod facts;
pub mod feedback;
pub mod fields;
pub mod form;
pub mod forms;
#[cfg(feature = "ssr")]
pub mod gallery;
pub mod icons;
pub mod landing;
pub mod layout;
pub mod live;
pub mod map_frame;
pub mod pagination;
pub mod people;
pub mod progress;
pub mod shell;
pub mod table;
pub mod tabs;
pub mod time;

pub use board::*;
pub use brand::*;
pub use buttons::*;
pub use chart::*;
pub use dialog::*;
pub use facts::*;
pub use feedback::*;
pub use fields::*;
pub use form::*;
pub use forms::*;
pub use icons::*;
pub use landing::*;
pub use layout::*;
pub use live::{CopyableLink, Live, ReloadLink};
pub use map_frame::*;
pub use pagination::*;
pub use people::*;
pub use progress::*;
pub use shell::*;
pub use table::*;
pub use tabs::*;
pub use time::*;

#[cfg(test)]
mod contrast_tests;
#[cfg(test)]
mod tests;
