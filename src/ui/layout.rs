//! Page layout.

use leptos::prelude::*;

/// The first element a keyboard reaches: jumps over the navigation to `#main`.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! { <a class="skip-link" href="#main">{t!("ui-skip-to-content")}</a> }
}

/// A page with one small form: signing in, a confirmation.
#[component]
pub fn CompactPage(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    children: Children,
) -> impl IntoView {
    page("page page-compact", title, lead, None, children)
}

/// A page as wide as text is comfortable to read: forms, a booking, an account.
#[component]
pub fn Page(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    children: Children,
) -> impl IntoView {
    page("page page-narrow", title, lead, None, children)
}

/// A page as wide as the screen: lists, boards, reports.
#[component]
pub fn WidePage(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    /// Buttons and links beside the title.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    page("page page-wide", title, lead, actions, children)
}

fn page(
    class: &'static str,
    title: String,
    lead: Option<String>,
    actions: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    view! {
        <main class=class id="main" tabindex="-1">
            <header class="page-header">
                <div class="page-heading">
                    <h1>{title}</h1>
                    {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
                </div>
                {actions.map(|actions| view! { <div class="page-actions">{actions.run()}</div> })}
            </header>
            {children()}
        </main>
    }
}

/// A part of a page with a heading.
#[component]
pub fn Section(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section class="section">
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// A framed part of a page.
#[component]
pub fn Card(
    /// Spaced as a stack.
    children: Children,
) -> impl IntoView {
    view! { <div class="card">{children()}</div> }
}

/// A framed part of a page with a heading.
#[component]
pub fn TitledCard(
    #[prop(into)] title: String,
    /// Spaced as a stack.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <h2 class="card-title">{title}</h2>
            {children()}
        </section>
    }
}

/// An irreversible action, at the foot of its page.
#[component]
pub fn DangerZone(
    #[prop(into)] title: String,
    /// The consequences, and a form that asks for confirmation.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card danger-zone">
            <h2 class="card-title">{title}</h2>
            {children()}
        </section>
    }
}

/// The main action of a page: stuck to the bottom edge on a phone, in the flow on a larger screen. Put it last in its form.
#[component]
pub fn StickyActions(children: Children) -> impl IntoView {
    view! { <div class="sticky-actions">{children()}</div> }
}

/// [`StickyActions`] on phones only, where a larger screen shows the same button beside the form (in a `desktop-only` element).
#[component]
pub fn PhoneActions(children: Children) -> impl IntoView {
    view! { <div class="sticky-actions phone-only">{children()}</div> }
}

#[component]
pub fn Footer(
    /// Columns of links, or a line.
    children: Children,
) -> impl IntoView {
    view! {
        <footer class="footer">
            <div class="footer-inner">{children()}</div>
        </footer>
    }
}
