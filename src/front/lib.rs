//! The WASM module: exports the islands of the `wayside` crate, which is compiled for it with feature `hydrate`.
#![cfg(feature = "hydrate")]

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs when the module is loaded; `public/scripts/islands.js` then hydrates the islands of the page.
#[wasm_bindgen]
pub fn hydrate() {
    wayside::hydrate();
}
