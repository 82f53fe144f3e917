//! A scripted attack on the whole product. Nothing gets through, and nothing answers 500.
//!
//! What is attacked comes from the access table ([`super::access`]): every server function and every page, also those that are still to be written.

mod assignment;
mod bodies;
mod forgery;
mod fuzz;
mod guessing;
mod ids;
mod links;
mod paths;
mod redirects;
mod scripts;
mod sessions;
