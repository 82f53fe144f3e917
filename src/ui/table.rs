//! Tables that become cards on a phone. ARIA roles are explicit because some browsers drop them with `display: block`.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $class:literal;)*) => {$(
        $(#[$doc])*
        #[component]
        pub fn $name(
            /// What is listed; read out by screen readers, not shown.
            #[prop(into)]
            caption: String,
            /// `HeadCell`s and `SortableHeader`s.
            #[prop(into)]
            head: ViewFnOnce,
            /// `TableRow`s of `Cell`s.
            children: Children,
        ) -> impl IntoView {
            view! {
                <div class="table-frame">
                    <table class=$class role="table">
                        <caption class="visually-hidden">{caption}</caption>
                        <thead role="rowgroup">
                            <tr role="row">{head.run()}</tr>
                        </thead>
                        <tbody role="rowgroup">{children()}</tbody>
                    </table>
                </div>
            }
        }
    )*};
}

tables! {
    /// A table. On a phone every row is a card, each cell beside its own label.
    DataTable = "table";
    /// A long list. On a phone a row is a card of few lines without labels: [`AsideCell`]s and amounts at the right, the others at the left.
    CompactTable = "table table-compact";
    /// A table with few short columns, which remains a table on a phone.
    LineTable = "table table-lines";
}

/// A row. A `row-link` in one of its cells makes the whole row clickable.
#[component]
pub fn TableRow(children: Children) -> impl IntoView {
    view! { <tr role="row">{children()}</tr> }
}

#[component]
pub fn HeadCell(children: Children) -> impl IntoView {
    view! { <th scope="col" role="columnheader">{children()}</th> }
}

/// The head of a column of amounts, aligned like them.
#[component]
pub fn AmountHeadCell(children: Children) -> impl IntoView {
    view! { <th class="amount" scope="col" role="columnheader">{children()}</th> }
}

/// The head of the column of [`ActionsCell`]s, without a visible name.
#[component]
pub fn ActionsHeadCell() -> impl IntoView {
    view! { <th scope="col" role="columnheader"><span class="visually-hidden">{t!("ui-actions")}</span></th> }
}

#[component]
pub fn Cell(
    /// The column's name, shown beside the content on a phone.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <td role="cell" data-label=label><div class="cell">{children()}</div></td> }
}

/// A cell at the right of the cards of a [`CompactTable`], such as a state.
#[component]
pub fn AsideCell(
    /// The column's name.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <td class="aside" role="cell" data-label=label><div class="cell">{children()}</div></td> }
}

/// An amount, aligned at the right.
#[component]
pub fn AmountCell(
    /// The column's name, shown beside the content on a phone.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    view! { <td class="amount" role="cell" data-label=label><div class="cell">{children()}</div></td> }
}

/// Buttons and links for the row.
#[component]
pub fn ActionsCell(children: Children) -> impl IntoView {
    view! { <td class="actions" role="cell"><div class="cell">{children()}</div></td> }
}

/// The order of a list, as in the address: `created` or, descending, `-created`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    pub key: String,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    Ascending,
    Descending,
}

impl Sort {
    /// Reads `created` or `-created`.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(key) => Self { key: key.to_owned(), direction: Direction::Descending },
            None => Self { key: text.to_owned(), direction: Direction::Ascending },
        }
    }
}

/// Appends a parameter to the query of `base`.
pub(super) fn with_query(base: &str, parameter: &str) -> String {
    let separator = if base.contains('?') { '&' } else { '?' };
    format!("{base}{separator}{parameter}")
}

/// The head of a column that sorts the list: a link to the same list in that order, or in the opposite one.
#[component]
pub fn SortableHeader(
    #[prop(into)] label: String,
    /// The column's key in the address.
    #[prop(into)]
    key: String,
    /// The current order.
    sort: Sort,
    /// The list's address with its filters, without order and page.
    #[prop(into)]
    base: String,
) -> impl IntoView {
    let current = (sort.key == key).then_some(sort.direction);
    let (aria_sort, glyph) = match current {
        Some(Direction::Ascending) => (Some("ascending"), Glyph::ChevronUp),
        Some(Direction::Descending) => (Some("descending"), Glyph::ChevronDown),
        None => (None, Glyph::ChevronsUpDown),
    };
    let next = if current == Some(Direction::Ascending) { format!("sort=-{key}") } else { format!("sort={key}") };
    view! {
        <th scope="col" role="columnheader" aria-sort=aria_sort>
            <a class="sort-link" href=with_query(&base, &next)>
                {label}
                <Icon glyph/>
            </a>
        </th>
    }
}
