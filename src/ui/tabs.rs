//! Tabs.

use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub label: &'static str,
    pub href: &'static str,
}

/// Pages that belong together, above the current one. On a phone the row scrolls sideways.
#[component]
pub fn Tabs(
    /// What the pages have in common, for screen readers.
    #[prop(into)]
    label: String,
    tabs: Vec<Tab>,
    #[prop(into)] path: String,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|Tab { label, href }| {
            let here = (path == href).then_some("page");
            view! { <li><a class="tabs-link" href=href aria-current=here>{label}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{links}</ul>
        </nav>
    }
}
