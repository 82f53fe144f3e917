//! The operators' SQL, through the functions of schema `app`.

pub mod accounts;
pub mod administrators;
pub mod health;
pub mod impersonations;
pub mod log;
pub mod second_factors;
pub mod sign_ins;
pub mod tenants;
