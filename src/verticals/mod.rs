//! The differences between the kinds of business. Features know a [`Vertical`], never a folder below this one: a new kind is a variant of
//! [`Vertical`], an arm of `each!` in `registry.rs`, a folder with an `impl Kind`, and a migration.

#[cfg(feature = "ssr")]
mod about;
#[cfg(feature = "ssr")]
mod finish_part;
#[cfg(feature = "ssr")]
mod kind;
#[cfg(feature = "ssr")]
mod known;
#[cfg(feature = "ssr")]
mod landing;
#[cfg(feature = "ssr")]
pub mod office;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
mod price_line;
#[cfg(feature = "ssr")]
mod progress_step;
#[cfg(feature = "ssr")]
mod registry;
pub mod roadside;
#[cfg(feature = "ssr")]
mod seen;
#[cfg(feature = "ssr")]
mod settings_part;
#[cfg(feature = "ssr")]
mod steps;
#[cfg(feature = "ssr")]
mod tax_label;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
mod vertical;
#[cfg(feature = "ssr")]
mod ways_in;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub use about::{About, Fact};
#[cfg(feature = "ssr")]
pub use finish_part::{FinishPart, FinishSheet};
#[cfg(test)]
#[cfg(feature = "ssr")]
pub(crate) use kind::Kind;
#[cfg(feature = "ssr")]
pub use known::{IfKnown, Known, is_of_unknown_kind};
#[cfg(feature = "ssr")]
pub use landing::{Landing, LandingStep};
#[cfg(feature = "ssr")]
pub use price_line::{PriceLine, PricePart, Sold};
#[cfg(feature = "ssr")]
pub use progress_step::{Milestone, ProgressStep};
#[cfg(feature = "ssr")]
pub use registry::{about_all, glyph_of_job, name_of_job, stages};
#[cfg(feature = "ssr")]
pub use seen::{JobSeen, Seen, Side, Situation};
#[cfg(feature = "ssr")]
pub use settings_part::SettingsPart;
#[cfg(feature = "ssr")]
pub use tax_label::tax_label;
pub use vertical::Vertical;
#[cfg(feature = "ssr")]
pub use ways_in::{Joining, NavEntry, NavSide};
#[cfg(feature = "ssr")]
pub use words::{FeeWords, Told, Words};
