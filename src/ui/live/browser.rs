//! The browser's side of [`Live`](super::Live).

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Interval;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, DomParser, Element, EventSource, Response, SupportedType, VisibilityState, Window};

/// Ages ("2 min ago") grow without anything happening, and a proxy may have cut the stream unnoticed.
const REFRESH_MILLISECONDS: u32 = 30_000;

const REGIONS: &str = "[data-live][id]";

/// Watches the topic until the page is left.
pub(super) fn watch(topic: &str) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    show_scripted(&document);
    super::copy::listen(&window, &document);
    let Ok(source) = EventSource::new(&format!("/live/{topic}")) else { return };
    let refresher = Refresher { window, document, state: Rc::default() };

    let on_change = refresher.clone();
    listen(&source, "changed", move || on_change.refresh());
    // Something may have happened between the page's rendering and this, or while the connection was lost.
    let on_open = refresher.clone();
    listen(&source, "open", move || on_open.refresh());
    let on_return = refresher.clone();
    listen(&refresher.document, "visibilitychange", move || on_return.refresh());
    Interval::new(REFRESH_MILLISECONDS, move || refresher.refresh()).forget();
}

/// Shows elements that need scripts and hides their replacements.
fn show_scripted(document: &Document) {
    if let Some(root) = document.document_element() {
        // Without the mark the page looks as it does without JavaScript.
        let _ = root.set_attribute("data-scripted", "");
    }
}

/// Calls the function on every such event, as long as the page is open.
fn listen(target: &web_sys::EventTarget, event: &str, callback: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(callback);
    // Without the listener the page still renews itself at intervals.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    Fetching,
    /// Something changed during the fetch: once more.
    FetchingStale,
}

#[derive(Clone)]
struct Refresher {
    window: Window,
    document: Document,
    state: Rc<Cell<State>>,
}

impl Refresher {
    /// Fetches the page and renews its regions; one fetch at a time, none while nobody looks.
    fn refresh(&self) {
        if self.document.visibility_state() == VisibilityState::Hidden {
            return;
        }
        if self.state.get() != State::Idle {
            self.state.set(State::FetchingStale);
            return;
        }
        self.state.set(State::Fetching);
        let this = self.clone();
        spawn_local(async move {
            // A failed fetch is made up for by the next event or interval.
            let _ = this.renew().await;
            if this.state.replace(State::Idle) == State::FetchingStale {
                this.refresh();
            }
        });
    }

    async fn renew(&self) -> Result<(), JsValue> {
        let location = self.window.location();
        let response: Response = JsFuture::from(self.window.fetch_with_str(&location.href()?)).await?.dyn_into()?;
        if response.redirected() {
            return location.assign(&response.url());
        }
        if !response.ok() {
            return location.reload();
        }
        let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        // The head has a style with a different nonce, which the browser would refuse; only the body matters.
        let body = html.split_once("</head>").map_or(html.as_str(), |(_, body)| body);
        let fresh = DomParser::new()?.parse_from_string(body, SupportedType::TextHtml)?;
        let regions = self.document.query_selector_all(REGIONS)?;
        for index in 0..regions.length() {
            let Some(region) = regions.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let Some(renewed) = fresh.get_element_by_id(&region.id()) else { return location.reload() };
            let contents = renewed.inner_html();
            if region.inner_html() == contents {
                continue;
            }
            if contents.contains("<leptos-island") || region.query_selector("leptos-island")?.is_some() {
                return location.reload();
            }
            region.set_inner_html(&contents);
        }
        Ok(())
    }
}
