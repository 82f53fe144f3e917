//! What the pages of bookings and of published jobs say about a job.

use chrono::{DateTime, Utc};
use engine::{Id, field::isolated};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    dispatch::{Job, JobProgress, JobState, actions::SearchAgain},
    providers::Provider,
    tenants::Tenant,
    ui::{self, Badge, Description, Glyph, Icon, Tone},
};

/// The state, or that no provider is left to ask.
pub(super) fn state_badge(state: JobState, search_exhausted_at: Option<DateTime<Utc>>) -> impl IntoView {
    let (tone, label) = match state {
        _ if state.is_searching() && search_exhausted_at.is_some() => (Tone::Danger, t!("admin-no-provider")),
        JobState::Open => (Tone::Warning, t!("admin-needs-a-provider")),
        JobState::Offered => (Tone::Warning, state.label()),
        JobState::Done => (Tone::Success, state.label()),
        JobState::Unsuccessful => (Tone::Danger, state.label()),
        JobState::Cancelled => (Tone::Neutral, state.label()),
        _ => (Tone::Progress, state.label()),
    };
    view! { <Badge tone label /> }
}

/// Who does it, and how many are missing: "Marcus", "2 of 3: Ada, Ben", "Nobody yet".
pub(super) fn chosen(crew: &[String], staff_needed: i32, state: JobState) -> String {
    let names = crew.iter().map(|name| isolated(name).to_string()).collect::<Vec<_>>().join(", ");
    match (crew.len(), staff_needed) {
        (0, 1) if state.is_searching() => t!("admin-nobody-yet").to_owned(),
        (0, 1) => String::new(),
        (_, 1) => names,
        (chosen, needed) => {
            let of = t!("admin-crew-of", chosen = chosen, staff_needed = needed);
            if names.is_empty() { of } else { format!("{of}: {names}") }
        }
    }
}

/// The provider who does it or did it, with how to reach them.
pub(super) fn provider(progress: &JobProgress) -> Option<AnyView> {
    let provider = progress.provider.as_ref()?;
    let rating =
        provider.rating.map(|average| view! { <ui::Rating average count=provider.review_count.unsigned_abs() /> });
    let shown = view! {
        <div class="person">
            <ui::Avatar name=provider.name.clone() />
            <div>
                <p class="person-name"><a href=page_of(provider.id)>{isolated(&provider.name).to_string()}</a> " " {rating}</p>
                <p class="person-detail">{provider.vehicle.clone()}</p>
            </div>
            <ui::IconLink label=t!("admin-call", name = isolated(&provider.name)) glyph=Glyph::Phone href=format!("tel:{}", provider.phone.as_str()) />
        </div>
    };
    Some(shown.into_any())
}

fn page_of(provider: Id<Provider>) -> String {
    format!("/admin/providers/{provider}")
}

/// The people on a job that needs several, and how many are missing.
pub(super) fn crew(progress: &JobProgress) -> Option<AnyView> {
    if !progress.needs_crew() {
        return None;
    }
    let chosen = t!("admin-crew-of", chosen = progress.crew.len(), staff_needed = progress.staff_needed);
    let names = progress.crew.iter().enumerate().map(|(index, member)| {
        let before = if index == 0 { ": " } else { ", " };
        view! { {before}<a href=page_of(member.id)>{isolated(&member.name).to_string()}</a> }
    });
    let names = names.collect_view();
    Some(view! { <p>{chosen}{names}</p> }.into_any())
}

/// When its steps were.
pub(super) fn moments(tenant: &Tenant, progress: &JobProgress) -> AnyView {
    [
        (t!("admin-promised"), progress.promised_at.filter(|_| progress.arrived_at.is_none())),
        (t!("admin-assigned"), progress.assigned_at),
        (t!("admin-arrived"), progress.arrived_at),
        (t!("admin-at-the-destination"), progress.reached_at),
        (t!("admin-ended"), progress.ended_at),
    ]
    .into_iter()
    .filter_map(|(term, at)| Some((term, tenant.date_time(at?))))
    .map(|(term, at)| view! { <Description term>{at}</Description> })
    .collect_view()
    .into_any()
}

/// Whether staff may choose others for a job with a provider.
pub(super) fn may_reassign(progress: &JobProgress) -> bool {
    let state = progress.state;
    state == JobState::Assigned || (!progress.needs_crew() && matches!(state, JobState::EnRoute | JobState::Arrived))
}

/// The button that leads to the candidates, if staff may choose.
pub(super) fn assign_link(progress: &JobProgress, href: String) -> Option<AnyView> {
    let needs_crew = progress.needs_crew();
    if progress.state.is_searching() {
        let label = if needs_crew { t!("admin-choose-the-crew") } else { t!("admin-assign-a-provider") };
        return Some(view! { <ui::PrimaryLink href>{label}</ui::PrimaryLink> }.into_any());
    }
    may_reassign(progress).then(|| {
        let label = if needs_crew { t!("admin-change-the-crew") } else { t!("admin-reassign") };
        view! { <ui::SecondaryLink href>{label}</ui::SecondaryLink> }.into_any()
    })
}

/// Asks providers once more.
pub(super) fn search_again(job: Id<Job>) -> AnyView {
    view! {
        <ui::ButtonForm action=SearchAgain::PATH>
            <ui::HiddenField name="job" value=job.to_string() />
            <ui::SecondaryButton><Icon glyph=Glyph::RefreshCw />{t!("admin-search-again")}</ui::SecondaryButton>
        </ui::ButtonForm>
    }
    .into_any()
}
