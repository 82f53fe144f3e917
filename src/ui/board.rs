//! A board of columns: waiting, in progress, done.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// Columns side by side; below each other on a phone.
#[component]
pub fn Board(
    /// Read out by screen readers.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <div class="board" role="group" aria-label=label tabindex="0">{children()}</div> }
}

#[component]
pub fn BoardColumn(
    /// What its cards have in common.
    #[prop(into)]
    title: String,
    count: usize,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="board-column">
            <h2 class="board-title">{title}<span class="board-count">{count}</span></h2>
            {children()}
        </section>
    }
}

/// A card that links to its page; `title` is the link's text.
#[component]
pub fn BoardCard(
    #[prop(into)] href: String,
    #[prop(into)] title: String,
    /// How long it has been there, or when it is due.
    #[prop(into)]
    age: String,
    /// Stacked lines and badges. Other buttons and links go into a `board-actions`.
    children: Children,
) -> impl IntoView {
    view! {
        <article class="board-card">
            <header>
                <h3><a class="board-link" href=href>{title}</a></h3>
                <span class="board-age">{age}</span>
            </header>
            {children()}
        </article>
    }
}

/// Things that need attention, one line each, above a board.
#[component]
pub fn Attention(count: usize, children: Children) -> impl IntoView {
    view! {
        <section class="attention">
            <h2 class="board-title">{t!("ui-needs-attention")}<span class="board-count">{count}</span></h2>
            <ul class="attention-list">{children()}</ul>
        </section>
    }
}

#[component]
pub fn AttentionItem(
    /// The problem.
    children: Children,
    /// Buttons or links to fix it.
    #[prop(into)]
    actions: ViewFnOnce,
) -> impl IntoView {
    view! {
        <li class="attention-item">
            <Icon glyph=Glyph::TriangleAlert/>
            <div class="attention-text">{children()}</div>
            <div class="row">{actions.run()}</div>
        </li>
    }
}

#[component]
pub fn BoardLine(
    /// Drawn before the line.
    glyph: Glyph,
    children: Children,
) -> impl IntoView {
    view! { <p class="board-line"><Icon glyph/><span>{children()}</span></p> }
}
