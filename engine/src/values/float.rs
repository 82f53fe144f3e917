//! Floating-point functions. In the browser JavaScript computes them: Rust's tables for parsing, formatting and trigonometry
//! don't compress and would be a seventh of the WASM.

#[cfg(not(target_family = "wasm"))]
mod native {
    pub fn sin(angle: f64) -> f64 {
        angle.sin()
    }

    pub fn cos(angle: f64) -> f64 {
        angle.cos()
    }

    pub fn asin(sine: f64) -> f64 {
        sine.asin()
    }

    pub fn parse(text: &str) -> Option<f64> {
        text.parse().ok()
    }

    pub fn to_text(number: f64) -> String {
        number.to_string()
    }

    pub fn to_fixed(number: f64, decimals: u8) -> String {
        format!("{number:.*}", usize::from(decimals))
    }
}

#[cfg(target_family = "wasm")]
mod browser {
    pub use js_sys::Math::{asin, cos, sin};
    use js_sys::Number;

    pub fn parse(text: &str) -> Option<f64> {
        Some(Number::parse_float(text)).filter(|number| !number.is_nan())
    }

    pub fn to_text(number: f64) -> String {
        Number::from(number).to_string_with_radix(10).map_or_else(|_| String::new(), String::from)
    }

    pub fn to_fixed(number: f64, decimals: u8) -> String {
        Number::from(number).to_fixed(decimals).map_or_else(|_| String::new(), String::from)
    }
}

#[cfg(target_family = "wasm")]
pub(super) use browser::*;
#[cfg(not(target_family = "wasm"))]
pub(super) use native::*;
