//! [`Live`]: keeps a page current.

use leptos::prelude::*;

use super::{
    buttons::SecondaryLink,
    icons::{Glyph, Icon},
};

/// Fetches the page again whenever the topic changes and puts the new contents of every element with `data-live` and an `id` in place.
///
/// Once it runs, the page shows what is `scripted-only` and hides what is `unscripted-only`, and a [`CopyButton`] copies.
///
/// The page is the one source of what is shown: nothing is rendered in the browser. Forms belong outside of such elements, else what is being typed is
/// lost. Where a renewed element holds an island, or the page has moved elsewhere, the browser loads it whole.
#[component]
pub fn Live(
    /// What to watch, as `/live/{topic}` knows it.
    #[prop(into)]
    topic: String,
) -> impl IntoView {
    view! { <live-updates topic=topic hidden></live-updates> }
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
        <div class="unscripted-only row small">
            <span>"Last updated at " {at} "."</span>
            <SecondaryLink href><Icon glyph=Glyph::RefreshCw/>"Reload"</SecondaryLink>
        </div>
    }
}
