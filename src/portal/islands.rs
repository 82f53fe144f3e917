//! Interactive parts of the provider's pages: the countdown of an offer, and sharing the position. Without them the pages show the same and need a
//! tap.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

use crate::ui::CountdownRing;

/// Counts down to the end of an offer, then reloads the page, which shows its result.
#[island]
pub fn OfferCountdown(
    /// Seconds left when the page was rendered.
    seconds_left: u32,
    /// Seconds at the beginning.
    seconds_total: u32,
    /// The end as a time of day.
    #[prop(into)]
    until: String,
) -> impl IntoView {
    let left = RwSignal::new(None::<u32>);
    #[cfg(feature = "hydrate")]
    browser::count_down(seconds_left, left);
    let counting = move || left.get().map(|left| format!("{left} s left"));
    view! {
        <CountdownRing seconds_left seconds_total>
            "answer by" <strong>{until}</strong> <span class="small muted" aria-hidden="true">{counting}</span>
        </CountdownRing>
    }
}

/// Shares the device's position while the page is open. Starts with a tap, and continues by itself on the next page.
#[island]
pub fn SharePosition() -> impl IntoView {
    let told = RwSignal::new(None::<String>);
    let sharing = RwSignal::new(false);
    // Before hydration a tap would do nothing, so the button is disabled.
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    #[cfg(feature = "hydrate")]
    browser::share_if_chosen(told, sharing);
    let toggle = move |_| {
        #[cfg(feature = "hydrate")]
        browser::toggle(told, sharing);
    };
    let label = move || if sharing.get() { "Stop sharing my position" } else { "Share my position" };
    view! {
        <div class="stack-tight wide">
            <button type="button" class="button button-secondary" disabled=move || !alive.get() on:click=toggle aria-pressed=move || sharing.get().to_string()>
                {label}
            </button>
            <p class="small" role="status">{move || told.get()}</p>
            <noscript>
                <p class="small muted">"This browser runs no scripts, so it can't share your position. Type below where you are."</p>
            </noscript>
        </div>
    }
}
