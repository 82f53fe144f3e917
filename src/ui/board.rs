//! A board of columns: waiting, in progress, done.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// Columns side by side; below each other on a phone.
#[component]
pub fn Board(
    /// What is on the board; read out.
    #[prop(into)]
    label: String,
    /// `BoardColumn`s.
    children: Children,
) -> impl IntoView {
    view! { <div class="board" role="group" aria-label=label tabindex="0">{children()}</div> }
}

/// A column.
#[component]
pub fn BoardColumn(
    /// What its cards have in common.
    #[prop(into)]
    title: String,
    count: usize,
    /// `BoardCard`s.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="board-column">
            <h2 class="board-title">{title}<span class="board-count">{count}</span></h2>
            {children()}
        </section>
    }
}

/// A card that links to its page.
#[component]
pub fn BoardCard(
    #[prop(into)] href: String,
    /// Its name; the link's text.
    #[prop(into)]
    title: String,
    /// How long it has been there, or when it is due.
    #[prop(into)]
    age: String,
    /// Lines and badges; spaced as a stack. What else can be tapped is in a `board-actions`.
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

/// What somebody should look at, one line each, above a board.
#[component]
pub fn Attention(
    /// How many there are.
    count: usize,
    /// `AttentionItem`s.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="attention">
            <h2 class="board-title">"Needs attention"<span class="board-count">{count}</span></h2>
            <ul class="attention-list">{children()}</ul>
        </section>
    }
}

/// One of them.
#[component]
pub fn AttentionItem(
    /// What is the matter.
    children: Children,
    /// What can be done about it.
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

/// A line of a card with what it is about drawn before it.
#[component]
pub fn BoardLine(
    /// What is drawn.
    glyph: Glyph,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <p class="board-line"><Icon glyph/><span>{children()}</span></p> }
}
