//! The frames around pages: the top bar, the back office's sidebar, the phone app's tabs.

use leptos::prelude::*;

use super::{
    icons::{Glyph, Icon},
    layout::SkipLink,
};

/// The mark next to a brand's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An icon on the brand's color.
    Glyph(Glyph),
    /// A picture at this address: a path of our site, or a `data:` URL.
    Picture(String),
}

impl From<Glyph> for Mark {
    fn from(glyph: Glyph) -> Self {
        Self::Glyph(glyph)
    }
}

/// The brand's mark and name, linking home.
#[component]
pub fn BrandLink(#[prop(into)] name: String, #[prop(into)] mark: Mark, #[prop(into)] href: String) -> impl IntoView {
    let mark = match mark {
        Mark::Glyph(glyph) => view! { <span class="brand-mark"><Icon glyph/></span> }.into_any(),
        Mark::Picture(src) => view! { <img class="brand-logo" src=src alt="" width="36" height="36"/> }.into_any(),
    };
    view! {
        <a class="brand" href=href>
            {mark}
            <span class="brand-name">{name}</span>
        </a>
    }
}

/// The bar on top of a customer's pages.
#[component]
pub fn TopBar(
    #[prop(into)] name: String,
    #[prop(into)] mark: Mark,
    #[prop(into)] home: String,
    /// At the right; plain links are `<a class="top-link">`.
    children: Children,
) -> impl IntoView {
    view! {
        <SkipLink/>
        <header class="top-bar">
            <div class="top-bar-inner">
                <BrandLink name mark href=home/>
                <nav class="top-bar-actions" aria-label=t!("ui-site")>{children()}</nav>
            </div>
        </header>
    }
}

#[derive(Clone, Debug)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub glyph: Glyph,
    /// How many things are waiting; hidden if zero.
    pub waiting: usize,
    /// Whether they are urgent.
    pub is_urgent: bool,
}

impl NavItem {
    pub fn new(label: impl Into<String>, href: impl Into<String>, glyph: Glyph) -> Self {
        Self { label: label.into(), href: href.into(), glyph, waiting: 0, is_urgent: false }
    }

    #[must_use]
    pub fn with_waiting(self, waiting: usize) -> Self {
        Self { waiting, ..self }
    }

    /// With a count of things that need attention now.
    #[must_use]
    pub fn with_urgent(self, waiting: usize) -> Self {
        Self { waiting, is_urgent: true, ..self }
    }
}

/// The item with the longest address that contains the path, so that `/admin` isn't highlighted on `/admin/board`.
fn current_item<'a>(items: &'a [NavItem], path: &str) -> Option<&'a str> {
    items
        .iter()
        .map(|item| item.href.as_str())
        .filter(|href| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        .max_by_key(|href| href.len())
}

fn nav_links(class: &'static str, items: &[NavItem], path: &str) -> Vec<AnyView> {
    let current = current_item(items, path);
    items
        .iter()
        .cloned()
        .map(|item| {
            let aria_current = (current == Some(item.href.as_str())).then_some("page");
            let count = if item.is_urgent { "nav-count nav-count-urgent" } else { "nav-count" };
            let waiting = (item.waiting > 0).then(|| {
                view! { <span class=count>{item.waiting}<span class="visually-hidden">{t!("ui-waiting")}</span></span> }
            });
            view! {
                <li>
                    <a class=class href=item.href aria-current=aria_current>
                        <Icon glyph=item.glyph/>
                        <span class="nav-label">{item.label}</span>
                        {waiting}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect()
}

/// The back office: a sidebar on a desktop, a menu on a phone.
#[component]
pub fn AppShell(
    #[prop(into)] name: String,
    #[prop(into)] mark: Mark,
    /// The first item is the home page.
    items: Vec<NavItem>,
    #[prop(into)] path: String,
    /// The signed-in user and the sign-out button: at the bottom of the sidebar and of the menu.
    #[prop(into)]
    account: ViewFn,
    children: Children,
) -> impl IntoView {
    let home = items.first().map_or_else(|| "/".to_owned(), |item| item.href.clone());
    let links = nav_links("side-link", &items, &path);
    let menu_links = nav_links("side-link", &items, &path);
    view! {
        <SkipLink/>
        <div class="app-shell">
            <header class="app-bar">
                <BrandLink name=name.clone() mark=mark.clone() href=home.clone()/>
                <details class="app-menu">
                    <summary class="icon-button" aria-label=t!("ui-menu")><Icon glyph=Glyph::Menu/></summary>
                    <nav class="app-menu-panel" aria-label=t!("ui-menu")>
                        <ul>{menu_links}</ul>
                        <div class="sidebar-foot">{account.run()}</div>
                    </nav>
                </details>
            </header>
            <header class="sidebar">
                <BrandLink name mark href=home/>
                <nav class="side-nav" aria-label=t!("ui-main")>
                    <ul>{links}</ul>
                </nav>
                <div class="sidebar-foot">{account.run()}</div>
            </header>
            <div class="app-content">{children()}</div>
        </div>
    }
}

/// Tabs along the bottom edge, within reach of a thumb: the provider's phone app. Put it after the page.
#[component]
pub fn TabBar(items: Vec<NavItem>, #[prop(into)] path: String) -> impl IntoView {
    view! {
        <nav class="tab-bar" aria-label=t!("ui-main")>
            <ul>{nav_links("tab", &items, &path)}</ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_place_is_the_current_one() {
        let items =
            [NavItem::new("Home", "/admin", Glyph::House), NavItem::new("Board", "/admin/board", Glyph::SquareKanban)];
        assert_eq!(current_item(&items, "/admin"), Some("/admin"));
        assert_eq!(current_item(&items, "/admin/board"), Some("/admin/board"));
        assert_eq!(current_item(&items, "/admin/boards"), Some("/admin"));
        assert_eq!(current_item(&items, "/elsewhere"), None);
    }
}
