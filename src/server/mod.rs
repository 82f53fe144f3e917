//! HTTP: the router built from the pages of a [`Product`], its layers, forms, live updates, and the listener.

pub mod address;
pub mod assets;
mod bodies;
mod connections;
pub mod context;
mod csrf;
mod csv;
pub mod device;
pub(crate) mod documents;
pub mod drafts;
pub(crate) mod errors;
pub mod fields;
mod flash;
mod form_fields;
mod form_page;
pub mod forms;
#[cfg(test)]
mod forms_tests;
mod headers;
mod health;
mod host;
mod links;
pub mod listing;
pub mod live;
mod metrics;
mod operators;
pub mod page;
mod panics;
mod product;
mod readiness;
mod redirect;
mod router;
pub mod scope;
pub mod serve;
mod show;
mod site;
mod slots;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod time_limit;
mod trace;
mod uploads;

pub use context::{Ctx, context};
pub use csv::CsvFile;
pub use page::{Access, Answer, JsonFile, Page, Picture, Route, TextFile, Visit};
pub use product::{FindTopic, Product};
pub use readiness::Readiness;
pub use router::router;
pub use state::App;
