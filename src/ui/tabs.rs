//! Tabs.

use leptos::prelude::*;

/// A part to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub label: &'static str,
    pub href: &'static str,
}

/// Pages that belong together, above the one that is shown. On a phone they can be pushed sideways.
#[component]
pub fn Tabs(
    /// What they are the parts of, for those who can't see them.
    #[prop(into)]
    label: String,
    tabs: Vec<Tab>,
    /// The path of the page shown.
    #[prop(into)]
    path: String,
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
