//! Where the job is.

use leptos::prelude::*;

use super::job_view::JobView;
use crate::{
    dispatch::{AssignmentState, JobState},
    portal::pages::{home::badge, in_words::due},
    ui::{Alert, ProgressSteps, Tone},
};

impl JobView<'_> {
    /// The job's state, or that the provider no longer has it.
    pub(super) fn state_row(&self) -> AnyView {
        let job = self.job;
        if job.state == JobState::Cancelled && job.is_published && self.kept_as.is_none() {
            let reason = job.outcome.clone().unwrap_or_default();
            return view! { <Alert tone=Tone::Danger title=t!("portal-this-job-was-called-off")><p>{reason}</p></Alert> }
                .into_any();
        }
        if job.state == JobState::Cancelled {
            let why = job.outcome.clone().unwrap_or_else(|| t!("portal-the-customer-cancelled").to_owned());
            let next = self.kept_as.map(|next| {
                let href = format!("/provider/jobs/{next}");
                view! { <p><a href=href>{t!("portal-you-keep-it-open-it-at")}</a></p> }
            });
            let title = if next.is_some() { t!("portal-moved") } else { t!("portal-cancelled-nothing-more-to-do") };
            return view! { <Alert tone=Tone::Danger title><p>{why}</p>{next}</Alert> }.into_any();
        }
        if job.state == JobState::Unsuccessful {
            let reason = job.outcome.clone().unwrap_or_default();
            return view! { <Alert tone=Tone::Warning title=t!("portal-could-not-be-done")><p>{reason}</p></Alert> }
                .into_any();
        }
        if self.assignment.state == AssignmentState::Ended && job.state != JobState::Done {
            return view! { <Alert tone=Tone::Info title=t!("portal-you-no-longer-have-this-job")><p>{t!("portal-someone-else-has-it-now")}</p></Alert> }.into_any();
        }
        if job.state.is_searching() {
            return view! {
                <Alert tone=Tone::Info title=t!("portal-your-crew-isnt-complete-yet")><p>{t!("portal-you-can-set-out-once-everybody")}</p></Alert>
            }
            .into_any();
        }
        let current = match job.state {
            JobState::EnRoute => 1,
            JobState::Arrived => 2,
            JobState::InProgress => 3,
            JobState::Done => 5,
            _ => 0,
        };
        let steps = [
            t!("portal-accepted"),
            t!("portal-on-the-way"),
            t!("portal-arrived"),
            t!("portal-working"),
            t!("portal-done"),
        ]
        .map(str::to_owned)
        .to_vec();
        let promised = job.promised_at.filter(|_| current < 2).map(|at| due(self.tenant, at, self.now));
        view! {
            <div id=format!("progress-{}", job.state) data-live="" class="row-between">
                {badge(job.state)}
                {promised.map(|text| view! { <span class="strong">{text}</span> })}
            </div>
            <ProgressSteps label=t!("portal-this-job") steps current />
        }
        .into_any()
    }
}
