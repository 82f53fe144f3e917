//! [`Live`]: keeps a page current without JavaScript of the page's own.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Fetches the page again whenever the topic changes and puts the new contents of every element with `data-live` and an `id` in place.
///
/// The page is the one source of what is shown: nothing is rendered in the browser. Forms belong outside of such elements, else what is being typed is
/// lost. Where a renewed element holds an island, or the page has moved elsewhere, the browser loads it whole. Put it at the end of the page.
#[island]
pub fn Live(
    /// What to watch, as `/live/{topic}` knows it.
    #[prop(into)]
    topic: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch(&topic);
    #[cfg(not(feature = "hydrate"))]
    drop(topic);
    view! { <span hidden></span> }
}
