//! The browser's side of [`CopyButton`](super::CopyButton).

use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, Event, Window};

/// Copies what a button that is pressed carries, whenever that button came into the page.
pub(super) fn listen(window: &Window, document: &Document) {
    let clipboard = window.navigator().clipboard();
    let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = pressed.and_then(|element| element.closest("[data-copy]").ok().flatten()) else { return };
        let copying = JsFuture::from(clipboard.write_text(&button.get_attribute("data-copy").unwrap_or_default()));
        spawn_local(async move {
            let told = if copying.await.is_ok() { "Copied" } else { "Select the link to copy it" };
            button.set_text_content(Some(told));
        });
    });
    // Without the listener the text can still be selected.
    let _ = document.add_event_listener_with_callback("click", closure.as_ref().unchecked_ref());
    closure.forget();
}
