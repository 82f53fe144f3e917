use leptos::prelude::*;

use crate::{
    tenants::Status,
    ui::{Badge, Tone},
};

/// A tenant's status as a badge.
pub(super) fn status_badge(status: Status) -> impl IntoView {
    let (tone, label) = match status {
        Status::Active => (Tone::Success, "Active"),
        Status::Paused => (Tone::Warning, "Paused"),
        Status::Cancelled => (Tone::Neutral, "Cancelled"),
    };
    view! { <Badge tone label /> }
}
