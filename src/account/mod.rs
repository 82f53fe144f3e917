//! A customer's own pages: their bookings.

pub mod pages;
