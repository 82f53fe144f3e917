//! A scripted attack on the whole product. No attack may succeed, and no response may be a 500.
//!
//! The targets come from the access table ([`super::access`]): every server function and every page, including future ones.

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
