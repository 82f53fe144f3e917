use leptos::prelude::*;

use crate::{
    tenants::Status,
    ui::{Badge, Tone},
};

/// A tenant's status as a badge.
pub(super) fn status_badge(status: Status) -> impl IntoView {
    let (tone, label) = match status {
        Status::Active => (Tone::Success, t!("operator-active")),
        Status::Paused => (Tone::Warning, t!("operator-paused")),
        Status::Cancelled => (Tone::Neutral, t!("operator-cancelled")),
    };
    view! { <Badge tone label /> }
}
