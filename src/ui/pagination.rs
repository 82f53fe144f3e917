//! Pages of long lists; the page number is in the address.

use leptos::prelude::*;

use super::{
    icons::{Glyph, Icon},
    table::with_query,
};

/// Which part of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageInfo {
    /// From 1.
    pub page: u64,
    pub per_page: u64,
    pub total: u64,
}

impl PageInfo {
    /// The number of pages; an empty list has one.
    pub fn pages(self) -> u64 {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }

    /// The first and the last entry shown, counted from 1.
    fn range(self) -> (u64, u64) {
        let first = (self.page.saturating_sub(1) * self.per_page + 1).min(self.total);
        (first, (self.page * self.per_page).min(self.total))
    }
}

/// Links to the previous and next page, and the total number of entries; empty if all fit on one page.
///
/// For very long lists: a page starts where the previous one ended, so the last page is as fast as the first, and pages have no numbers.
#[component]
pub fn PageLinks(
    /// "134 bookings", "1,000+ bookings".
    total: String,
    /// The cursor of the first entry shown, if there are entries before it.
    previous: Option<String>,
    /// The cursor of the last entry shown, if there are entries after it.
    next: Option<String>,
    /// The list's address with filters and order.
    #[prop(into)]
    base: String,
) -> impl IntoView {
    (previous.is_some() || next.is_some()).then(|| {
        let previous = previous.map(|first| {
            let href = with_query(&base, &format!("before={first}"));
            view! { <a class="button button-secondary" rel="prev" href=href><Icon glyph=Glyph::ChevronLeft/>{t!("ui-previous")}</a> }
        });
        let next = next.map(|last| {
            let href = with_query(&base, &format!("after={last}"));
            view! { <a class="button button-secondary" rel="next" href=href>{t!("ui-next")}<Icon glyph=Glyph::ChevronRight/></a> }
        });
        view! {
            <nav class="pagination" aria-label=t!("ui-pages")>
                <p>{total}</p>
                <div class="row">{previous}{next}</div>
            </nav>
        }
    })
}

/// "21–40 of 134" with links to the previous and next page; empty if all fit on one page.
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
            view! { <a class="button button-secondary" rel="prev" href=link(info.page - 1)><Icon glyph=Glyph::ChevronLeft/>{t!("ui-previous")}</a> }
        });
        let next = (info.page < info.pages()).then(|| {
            view! { <a class="button button-secondary" rel="next" href=link(info.page + 1)>{t!("ui-next")}<Icon glyph=Glyph::ChevronRight/></a> }
        });
        view! {
            <nav class="pagination" aria-label=t!("ui-pages")>
                <p>{t!("ui-of", first = first, last = last, total = info.total)}</p>
                <div class="row">{previous}{next}</div>
            </nav>
        }
    })
}
