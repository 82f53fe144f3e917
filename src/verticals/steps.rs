use leptos::prelude::*;

use crate::ui::ProgressSteps;

/// How far a booking in the making is.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Service,
    Details,
    Review,
}

/// The way to a booking and where one is on it.
#[component]
pub(super) fn BookingSteps(
    /// The step that is happening.
    at: Step,
) -> impl IntoView {
    let steps = ["Service", "Details", "Review"].map(str::to_owned).to_vec();
    view! { <ProgressSteps label="Your booking" steps current=at as usize /> }
}
