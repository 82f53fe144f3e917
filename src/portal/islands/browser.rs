//! The browser's side: timers, the device's position, saved choices.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Coordinates, Position, PositionError, PositionOptions, Storage, Window};

use crate::providers::actions::{PositionForm, share_position};

/// A position is sent at most this often.
const SEND_EVERY_MILLISECONDS: f64 = 20_000.0;

/// How often the position is measured, even without movement, so that it stays fresh.
const MEASURE_EVERY_MILLISECONDS: u32 = 120_000;

/// Where the browser remembers that sharing was chosen.
const CHOICE: &str = "wayside-share-position";

thread_local! {
    /// The running watch of the device.
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
    /// When a position was last sent, milliseconds since the epoch.
    static SENT_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// Keeps the device measuring until it is dropped.
struct Watch {
    id: i32,
    _again: Interval,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(geolocation) = web_sys::window().and_then(|window| window.navigator().geolocation().ok()) {
            geolocation.clear_watch(self.id);
        }
    }
}

/// Counts the seconds, and loads the page again a second after the last one: by then the server has moved on.
pub(super) fn count_down(seconds_left: u32, left: RwSignal<Option<u32>>) {
    let ends_at = js_sys::Date::now() + f64::from(seconds_left) * 1000.0;
    Interval::new(1000, move || {
        let remaining = (ends_at - js_sys::Date::now()) / 1000.0;
        if remaining <= -1.0 {
            if let Some(window) = web_sys::window() {
                // If the page can't be loaded again, the person still can.
                let _ = window.location().reload();
            }
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and no offer stands for years"
        )]
        left.set(Some(remaining.max(0.0).ceil() as u32));
    })
    .forget();
}

/// Goes on sharing where it was chosen on another page.
pub(super) fn share_if_chosen(told: RwSignal<Option<String>>, sharing: RwSignal<bool>) {
    let chosen = storage().and_then(|storage| storage.get_item(CHOICE).ok().flatten());
    if chosen.is_some() {
        start(told, sharing);
    }
}

/// Begins or ends sharing.
pub(super) fn toggle(told: RwSignal<Option<String>>, sharing: RwSignal<bool>) {
    if sharing.get_untracked() {
        stop(sharing);
        told.set(Some("Your location is no longer shared.".to_owned()));
    } else {
        start(told, sharing);
    }
}

fn stop(sharing: RwSignal<bool>) {
    WATCH.with_borrow_mut(|watch| *watch = None);
    sharing.set(false);
    if let Some(storage) = storage() {
        // A browser that doesn't remember asks again: no harm.
        let _ = storage.remove_item(CHOICE);
    }
}

fn start(told: RwSignal<Option<String>>, sharing: RwSignal<bool>) {
    let Some(geolocation) = web_sys::window().and_then(|window| window.navigator().geolocation().ok()) else {
        return told.set(Some("This browser can't find your location. Type where you are below.".to_owned()));
    };
    let found = Closure::<dyn Fn(Position)>::new(move |position: Position| {
        send(&position.coords(), told, sharing);
    });
    let failed = Closure::<dyn Fn(PositionError)>::new(move |error: PositionError| {
        let denied = error.code() == PositionError::PERMISSION_DENIED;
        if denied {
            stop(sharing);
        }
        let words = match error.code() {
            PositionError::PERMISSION_DENIED => {
                "Your browser blocks your location. Allow it in the address bar, or type where you are below."
            }
            PositionError::TIMEOUT => "Finding your location takes long. Try outdoors, or type where you are below.",
            _ => "Your device doesn't know where it is. Type where you are below.",
        };
        told.set(Some(words.to_owned()));
    });
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_maximum_age(15_000);
    let watched = geolocation.watch_position_with_error_callback_and_options(
        found.as_ref().unchecked_ref(),
        Some(failed.as_ref().unchecked_ref()),
        &options,
    );
    let Ok(id) = watched else {
        return told.set(Some("This browser can't find your location. Type where you are below.".to_owned()));
    };
    let again = Interval::new(MEASURE_EVERY_MILLISECONDS, move || {
        // A failed measurement is made up for by the next one.
        let _ = geolocation.get_current_position(found.as_ref().unchecked_ref());
    });
    // Kept for as long as the page lives: the watch calls it.
    failed.forget();
    WATCH.with_borrow_mut(|watch| *watch = Some(Watch { id, _again: again }));
    sharing.set(true);
    told.set(Some("Finding your location…".to_owned()));
    if let Some(storage) = storage() {
        // A browser that doesn't remember asks again: no harm.
        let _ = storage.set_item(CHOICE, "yes");
    }
}

/// Sends a position, unless one was sent a moment ago.
fn send(coords: &Coordinates, told: RwSignal<Option<String>>, sharing: RwSignal<bool>) {
    let now = js_sys::Date::now();
    if now - SENT_AT.get() < SEND_EVERY_MILLISECONDS {
        return;
    }
    SENT_AT.set(now);
    let form = PositionForm {
        latitude: coords.latitude().to_string(),
        longitude: coords.longitude().to_string(),
        accuracy: coords.accuracy().to_string(),
    };
    spawn_local(async move {
        let words = match share_position(form).await {
            Ok(_) => "Your location is shared while this page is open.".to_owned(),
            Err(error @ crate::error::AppError::Conflict(_)) => {
                stop(sharing);
                error.to_string()
            }
            Err(_) => "Your location couldn't be sent. We'll keep trying.".to_owned(),
        };
        told.set(Some(words));
    });
}

fn storage() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::local_storage)?.ok()?
}
