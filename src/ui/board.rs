//! A board of columns: waiting, in progress, done.

use leptos::prelude::*;

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
    /// Lines and badges; spaced as a stack.
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
