//! [`Live`]: keeps a page current without page-specific JavaScript.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod copy;

use leptos::prelude::*;

/// Fetches the page again whenever the topic changes and puts the new contents of every element with `data-live` and an `id` in place.
///
/// Once it runs, the page shows what is `scripted-only` and hides what is `unscripted-only`, and a [`CopyButton`] copies.
///
/// The page is the one source of what is shown: nothing is rendered in the browser. Forms belong outside of such elements, else what is being typed
/// is lost. Where a renewed element holds an island, or the page has moved elsewhere, the browser loads it whole. Put it at the end of the page.
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

/// Copies a text, on a page with [`Live`]; without JavaScript it isn't there.
#[component]
pub fn CopyButton(#[prop(into)] text: String) -> impl IntoView {
    view! { <button type="button" class="button button-secondary scripted-only" data-copy=text>"Copy"</button> }
}

/// For a page with [`Live`] that doesn't run: says since when it is as it is, and loads it again.
#[component]
pub fn ReloadLink(
    #[prop(into)] href: String,
    /// When it was rendered, formatted.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    view! {
        <p class="unscripted-only small">
            "This is how it stood at " {at} ". " <a href=href>"Reload"</a>
        </p>
    }
}
