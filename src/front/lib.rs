//! The WASM module: exports the islands of the `wayside` crate, which is compiled for it with feature `hydrate`.
#![cfg(feature = "hydrate")]

use wasm_bindgen::prelude::wasm_bindgen;

/// What the module does when it is loaded; `public/scripts/islands.js` then brings the islands of the page to life.
#[wasm_bindgen]
pub fn hydrate() {
    wayside::hydrate();
}
