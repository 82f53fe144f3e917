//! Interactive parts of the provider's pages: the countdown of an offer, and sharing the position. `public/scripts/provider.js` drives them;
//! without it the pages show the same and need a tap.

use leptos::prelude::*;

use crate::ui::CountdownRing;

/// Counts down to the end of an offer, then reloads the page, which shows the outcome.
#[component]
pub fn OfferCountdown(
    /// Seconds left when the page was rendered.
    seconds_left: u32,
    /// Seconds at the start of the countdown.
    seconds_total: u32,
    /// The end as a time of day.
    #[prop(into)]
    until: String,
) -> impl IntoView {
    view! {
        <offer-countdown seconds=seconds_left>
            <CountdownRing seconds_left seconds_total>
                // A screen reader reads the time of day: it stays true.
                <span class="countdown-counting" aria-hidden="true"><strong class="countdown-seconds" data-left>{seconds_left}</strong> {t!("portal-seconds")}</span>
                <span class="countdown-until">{t!("portal-answer-by")} <strong>{until}</strong></span>
            </CountdownRing>
        </offer-countdown>
    }
}

/// Shares the device's position while the page is open. Starts with a tap, and continues by itself on the next page.
#[component]
pub fn SharePosition(
    /// Without a script: where one types the position instead.
    children: Children,
) -> impl IntoView {
    view! {
        <share-position class="stack-tight wide">
            // Disabled until the script runs, because a tap would do nothing.
            <button type="button" class="button button-secondary needs-script" disabled aria-pressed="false">{t!("portal-share-my-location")}</button>
            <p class="small" role="status"></p>
            <noscript>
                <p class="small muted">{t!("portal-javascript-is-off-so-this-browser")} {children()}</p>
            </noscript>
        </share-position>
    }
}
