//! Interactive parts of the provider's pages: the countdown of an offer, and sharing the position. `public/scripts/provider.js` drives them; without it the pages show the
//! same and need a tap.

use leptos::prelude::*;

use crate::ui::CountdownRing;

/// Counts down to the end of an offer, then loads the page again, which says what became of it.
#[component]
pub fn OfferCountdown(
    /// Seconds left when the page was made.
    seconds_left: u32,
    /// Seconds there were in the beginning.
    seconds_total: u32,
    /// The end as a time of day.
    #[prop(into)]
    until: String,
) -> impl IntoView {
    view! {
        <offer-countdown seconds=seconds_left>
            <CountdownRing seconds_left seconds_total>
                "answer by" <strong>{until}</strong> <span class="small muted" aria-hidden="true" data-left></span>
            </CountdownRing>
        </offer-countdown>
    }
}

/// Shares the device's position while the page is open. Starts with a tap, and continues by itself on the next page.
#[component]
pub fn SharePosition() -> impl IntoView {
    view! {
        <share-position class="stack-tight wide">
            // Until its script runs a tap would do nothing, so the button can't be tapped.
            <button type="button" class="button button-secondary" disabled aria-pressed="false">"Share my position"</button>
            <p class="small" role="status"></p>
            <noscript>
                <p class="small muted">"This browser runs no scripts, so it can't share your position. Type below where you are."</p>
            </noscript>
        </share-position>
    }
}
