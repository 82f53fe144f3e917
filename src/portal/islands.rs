//! Interactive parts of the provider's pages: the countdown of an offer, and sharing the position. Without them the pages show the same and need a
//! tap.
#![allow(missing_docs, reason = "the island macro makes a struct it does not document")]

#[cfg(feature = "hydrate")]
mod browser;

use engine::{Currency, LineKind, Miles10, Money};
use leptos::prelude::*;

use crate::{
    bookings::Settlement,
    ui::{CountdownRing, FieldState, PriceLine, PriceLines, TextField},
};

/// Counts down to the end of an offer, then loads the page again, which says what became of it.
#[island]
pub fn OfferCountdown(
    /// Seconds left when the page was made.
    seconds_left: u32,
    /// Seconds there were in the beginning.
    seconds_total: u32,
    /// The end as a time of day.
    #[prop(into)]
    until: String,
) -> impl IntoView {
    let left = RwSignal::new(None::<u32>);
    #[cfg(feature = "hydrate")]
    browser::count_down(seconds_left, left);
    let counting = move || {
        left.get().map(|left| view! { <strong class="countdown-seconds" aria-hidden="true">{left}</strong> "seconds" })
    };
    view! {
        <CountdownRing seconds_left seconds_total>
            {counting}
            <span class:visually-hidden=move || left.get().is_some()>"answer by " <strong>{until}</strong></span>
        </CountdownRing>
    }
}

/// The miles driven, with the price updated while typing. Without JavaScript it shows the price for the estimated miles.
#[island]
pub fn MilesDriven(
    /// What the price goes by.
    settlement: Settlement,
    /// What it is counted in.
    currency: Currency,
    /// The miles, as known or typed so far.
    miles: FieldState,
    /// What limits the price.
    hint: String,
    /// What the sum is called.
    total_label: String,
) -> impl IntoView {
    let typed = RwSignal::new(miles.value.clone());
    let money = move |amount| Money { amount, currency }.to_string();
    let bill = move || {
        let quote = typed.get().trim().parse::<Miles10>().ok().and_then(|miles| settlement.for_miles(miles).ok());
        quote.map(|quote| {
            let lines = quote.lines().iter().map(|line| {
                let shown = PriceLine::new(line.label.clone(), money(line.amount));
                if line.kind == LineKind::Mileage {
                    shown.with_detail(format!("{} mi × {}", line.quantity, money(line.unit_price)))
                } else {
                    shown
                }
            });
            view! { <PriceLines lines=lines.collect() total_label=total_label.clone() total=money(quote.total()) /> }
        })
    };
    view! {
        <div on:input=move |event| typed.set(event_target_value(&event))>
            <TextField label="Miles driven with the vehicle" name="miles" state=miles hint inputmode="decimal" maxlength=7 />
        </div>
        <div role="status" aria-label="Price for these miles">{bill}</div>
    }
}

/// Shares the device's position while the page is open. Starts with a tap, and continues by itself on the next page.
#[island]
pub fn SharePosition() -> impl IntoView {
    let told = RwSignal::new(None::<String>);
    let sharing = RwSignal::new(false);
    // Until the page is alive a tap would do nothing, so the button can't be tapped.
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    #[cfg(feature = "hydrate")]
    browser::share_if_chosen(told, sharing);
    let toggle = move |_| {
        #[cfg(feature = "hydrate")]
        browser::toggle(told, sharing);
    };
    let label = move || if sharing.get() { "Stop sharing my location" } else { "Share my location" };
    view! {
        <div class="stack-tight wide">
            <button type="button" class="button button-secondary needs-script" disabled=move || !alive.get() on:click=toggle aria-pressed=move || sharing.get().to_string()>
                {label}
            </button>
            <p class="small" role="status">{move || told.get()}</p>
            <noscript>
                <p class="small muted">"JavaScript is off, so this browser can't share your location. Type where you are below."</p>
            </noscript>
        </div>
    }
}
