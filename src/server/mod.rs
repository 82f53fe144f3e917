//! HTTP: the router made from [`crate::app::routes`], the layers around it, forms, live updates, and the listener.

pub mod address;
mod bodies;
mod connections;
pub mod context;
mod csrf;
mod csv;
pub mod device;
pub(crate) mod documents;
pub(crate) mod errors;
mod flash;
pub mod forms;
#[cfg(test)]
mod forms_tests;
mod headers;
pub mod health;
mod links;
pub mod live;
mod metrics;
mod operators;
pub mod page;
mod panics;
mod router;
pub mod scope;
pub mod serve;
mod show;
mod site;
mod slots;
#[cfg(test)]
mod tests;
mod time_limit;
mod trace;
mod uploads;

pub use context::{Ctx, context};
pub use csv::CsvFile;
pub use live::publish;
pub use page::{Access, Answer, JsonFile, Page, Picture, Route, Visit};
pub use router::{App, router};
