//! Pages of long lists; the page number is in the address.

use leptos::prelude::*;

use super::{
    icons::{Glyph, Icon},
    table::with_query,
};

/// Which part of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageInfo {
    /// The page shown, from 1.
    pub page: u64,
    /// How many entries a page has.
    pub per_page: u64,
    /// How many entries there are.
    pub total: u64,
}

impl PageInfo {
    /// How many pages there are; an empty list has one.
    pub fn pages(self) -> u64 {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }

    /// The first and the last entry shown, counted from 1.
    fn range(self) -> (u64, u64) {
        let first = (self.page.saturating_sub(1) * self.per_page + 1).min(self.total);
        (first, (self.page * self.per_page).min(self.total))
    }
}

/// "21–40 of 134" with links to the page before and the one after; nothing where all fits on one page.
#[component]
pub fn Pagination(
    info: PageInfo,
    /// The list's address with filters and order, without page.
    #[prop(into)]
    base: String,
) -> impl IntoView {
    (info.pages() > 1).then(|| {
        let (first, last) = info.range();
        let link = |page: u64| with_query(&base, &format!("page={page}"));
        let previous = (info.page > 1).then(|| {
            view! { <a class="button button-secondary" rel="prev" href=link(info.page - 1)><Icon glyph=Glyph::ChevronLeft/>"Previous"</a> }
        });
        let next = (info.page < info.pages()).then(|| {
            view! { <a class="button button-secondary" rel="next" href=link(info.page + 1)>"Next"<Icon glyph=Glyph::ChevronRight/></a> }
        });
        view! {
            <nav class="pagination" aria-label="Pages">
                <p>{format!("{first}–{last} of {}", info.total)}</p>
                <div class="row">{previous}{next}</div>
            </nav>
        }
    })
}
