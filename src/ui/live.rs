//! [`Live`]: keeps a page current.

use leptos::prelude::*;

use super::{
    buttons::SecondaryLink,
    icons::{Glyph, Icon},
};

/// Fetches the page again whenever the topic changes and replaces the contents of every element with `data-live` and an `id`.
///
/// - While it runs, the page shows `scripted-only` elements, hides `unscripted-only` ones, and the button of a [`CopyableLink`] copies.
/// - Nothing is rendered in the browser: the server's page is the only source.
/// - Keep forms outside of such elements, or what is being typed is lost.
/// - If a replaced element contains an island, or the page redirects, the browser loads the whole page.
#[component]
pub fn Live(
    /// What to watch, as `/live/{topic}` knows it.
    #[prop(into)]
    topic: String,
) -> impl IntoView {
    view! { <live-updates topic=topic hidden></live-updates> }
}

/// A link to select and, on a page with [`Live`], a button that copies it; the button is hidden without JavaScript.
#[component]
pub fn CopyableLink(
    #[prop(into)] url: String,
    /// What it links to, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="copyable">
            <input class="input" type="url" readonly=true aria-label=label value=url.clone() />
            <button type="button" class="button button-secondary scripted-only" data-copy=url>{t!("ui-copy-link")}</button>
        </div>
    }
}

/// For a page whose [`Live`] doesn't run: says when the page was made, and reloads it.
#[component]
pub fn ReloadLink(
    #[prop(into)] href: String,
    /// When it was rendered, formatted.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    view! {
        <div class="unscripted-only row small">
            <span>{t!("ui-last-updated-at")} {at} "."</span>
            <SecondaryLink href><Icon glyph=Glyph::RefreshCw/>{t!("ui-reload")}</SecondaryLink>
        </div>
    }
}
