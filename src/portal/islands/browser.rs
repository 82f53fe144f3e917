//! The browser's side: timers, the device's position, saved choices.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Coordinates, Position, PositionError, PositionOptions, Storage, Window};

use crate::providers::actions::{PositionForm, share_position};

/// Minimum interval between two sent positions.
const SEND_EVERY_MILLISECONDS: f64 = 20_000.0;

/// How often the position is measured, even without movement, so that it stays fresh.
const MEASURE_EVERY_MILLISECONDS: u32 = 120_000;

/// The key in the browser's storage for the choice to share.
const CHOICE: &str = "wayside-share-position";

thread_local! {
    /// The id of the device's position watch.
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

/// Counts the seconds, and reloads the page one second after the last one, when the server has handled the time-out.
pub(super) fn count_down(seconds_left: u32, left: RwSignal<Option<u32>>) {
    let ends_at = js_sys::Date::now() + f64::from(seconds_left) * 1000.0;
    Interval::new(1000, move || {
        let remaining = (ends_at - js_sys::Date::now()) / 1000.0;
        if remaining <= -1.0 {
            if let Some(window) = web_sys::window() {
                // If the page can't be reloaded from here, the user can still reload it.
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

/// Continues sharing if it was chosen on another page.
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
        told.set(Some("Your position is no longer shared.".to_owned()));
    } else {
        start(told, sharing);
    }
}

fn stop(sharing: RwSignal<bool>) {
    WATCH.with_borrow_mut(|watch| *watch = None);
    sharing.set(false);
    if let Some(storage) = storage() {
        // If the browser doesn't store it, the user is asked again.
        let _ = storage.remove_item(CHOICE);
    }
}

fn start(told: RwSignal<Option<String>>, sharing: RwSignal<bool>) {
    let Some(geolocation) = web_sys::window().and_then(|window| window.navigator().geolocation().ok()) else {
        return told.set(Some("This browser can't tell its position. Type below where you are.".to_owned()));
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
                "Your browser may not share its position with us. Allow it in the address bar, or type below where you are."
            }
            PositionError::TIMEOUT => "Measuring takes long. Try outdoors, or type below where you are.",
            _ => "Your device doesn't know where it is. Type below where you are.",
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
        return told.set(Some("This browser can't tell its position. Type below where you are.".to_owned()));
    };
    let again = Interval::new(MEASURE_EVERY_MILLISECONDS, move || {
        // The next measurement makes up for a failed one.
        let _ = geolocation.get_current_position(found.as_ref().unchecked_ref());
    });
    // Kept for as long as the page lives: the watch calls it.
    failed.forget();
    WATCH.with_borrow_mut(|watch| *watch = Some(Watch { id, _again: again }));
    sharing.set(true);
    told.set(Some("Waiting for your device to tell where it is…".to_owned()));
    if let Some(storage) = storage() {
        // If the browser doesn't store it, the user is asked again.
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
            Ok(_) => "Your position is shared while this page is open.".to_owned(),
            Err(error @ crate::error::AppError::Conflict(_)) => {
                stop(sharing);
                error.to_string()
            }
            Err(_) => "Your position couldn't be sent. We try again by ourselves.".to_owned(),
        };
        told.set(Some(words));
    });
}

fn storage() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::local_storage)?.ok()?
}
