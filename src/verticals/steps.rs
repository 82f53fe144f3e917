use leptos::prelude::*;

use crate::ui::ProgressSteps;

/// The steps of a booking.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Service,
    Details,
    Review,
}

/// The steps, with the current one marked.
#[component]
pub(super) fn BookingSteps(
    /// The current step.
    at: Step,
) -> impl IntoView {
    let steps = [t!("verticals-service"), t!("verticals-details"), t!("verticals-review")].map(str::to_owned).to_vec();
    view! { <ProgressSteps label=t!("verticals-your-booking") steps current=at as usize /> }
}
