//! What operators read and write, through the functions of schema `app`.

pub mod accounts;
pub mod health;
pub mod impersonations;
pub mod log;
pub mod tenants;
