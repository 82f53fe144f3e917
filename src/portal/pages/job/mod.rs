//! The page of a job, in the parts that it shows.

mod actions;
mod finish;
mod job_view;
mod people;
mod place;
mod price;
mod state;

use engine::Id;
use leptos::{prelude::*, server_fn::ServerFn};

use self::{
    actions::{Forms, begin_with_code, reached_button},
    finish::finish_action,
    job_view::JobView,
    people::panels,
};
use crate::{
    dispatch::{self, Job, JobState, actions::GiveBackJob},
    error::AppError,
    fulfilment::{
        self,
        actions::{AdvanceJob, GiveUpJob},
        start_code, step,
    },
    portal::{ProviderFrame, Shift, elements::SharePosition, store},
    providers,
    server::{Answer, Page, Visit},
    ui::{self, Alert, Tone},
    verticals::{JobSeen, Side, about_all, name_of_job},
};

/// `/provider/jobs/{id}`: the destination, the contact, and the next step.
pub async fn job(visit: Visit) -> Result<Answer, AppError> {
    let id: Id<Job> = visit.param("id")?;
    let mut tx = visit.begin().await?;
    let now = tx.now;
    let provider = providers::of_user(&mut tx, &visit.ctx).await?;
    let assignment = dispatch::store::assignments::latest(&mut tx, id, provider.id).await?.ok_or(AppError::NotFound)?;
    let job = dispatch::store::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let crew = if job.needs_crew() { store::crew(&mut tx, id).await? } else { Vec::new() };
    let bookings = store::job_details(&mut tx, id, provider.id).await?;
    let kept_as = match job.state {
        JobState::Cancelled => store::kept_as(&mut tx, id, provider.id).await?,
        _ => None,
    };
    let kinds: Vec<_> = bookings.iter().map(|booking| (booking.booking_id, booking.vertical)).collect();
    let mut abouts = about_all(&mut tx, &visit.ctx.tenant, &kinds).await?;
    let side = Side::Provider(&provider, id);
    let mut panels = panels(&mut tx, &visit, side, &bookings, &abouts).await?;
    let vertical = job.vertical.or_else(|| bookings.first().map(|first| first.vertical));
    let of_job = match vertical {
        Some(kind) => kind.job_panels(&mut tx, &JobSeen { visit: &visit, job: &job, side }).await?,
        None => Vec::new(),
    };
    let asks_code =
        job.state == JobState::Arrived && !start_code::of_job(&mut tx, &visit.ctx.app.keys, id).await?.is_empty();
    let told_first = step::told_first(&mut tx, &visit.ctx.tenant, &job).await?;
    let bill = match job.state {
        JobState::InProgress => fulfilment::bill(&mut tx, &visit.ctx.tenant, &job).await?,
        _ => None, // only the form that completes the job shows the price line by line
    };
    drop(tx);

    let forms = Forms {
        begin: visit.form(AdvanceJob::PATH),
        finish: visit.form(finish_action(bill.as_ref())),
        give_back: visit.form(GiveBackJob::PATH),
        give_up: visit.form(GiveUpJob::PATH),
    };
    let ctx = visit.ctx;
    let unbooked = || name_of_job(job.vertical, &job.kind).to_owned();
    let title = bookings.first().map_or_else(unbooked, |first| first.service_name.clone());
    Page::new(title.clone(), move || {
        let tenant = ctx.tenant.clone();
        let shift = Shift::of(&provider, 0);
        let job_view = JobView {
            tenant: &tenant,
            job: &job,
            vertical,
            assignment: &assignment,
            bookings: &bookings,
            crew: &crew,
            kept_as,
            now,
        };
        let lead = job_view.lead();
        let state_row = job_view.state_row();
        let place = job_view.place();
        let crew = job_view.crew();
        let people = bookings
            .iter()
            .map(|booking| {
                let facts = job_view.facts(booking, abouts.remove(&booking.booking_id).unwrap_or_default());
                let panels = panels.remove(&booking.booking_id).unwrap_or_default();
                view! { {facts} {panels.into_iter().map(ViewFnOnce::run).collect_view()} }
            })
            .collect_view();
        let price = job_view.price();
        let sharing = job_view.is_mine().then(
            || view! { <SharePosition><a href="/provider">{t!("portal-type-where-you-are")}</a></SharePosition> },
        );
        let is_working = job_view.is_mine() && job.state == JobState::InProgress;
        let finish = (is_working && told_first.is_none()).then(|| job_view.finish(bill, &forms.finish));
        let reached = (is_working && job.destination.is_some() && job.reached_at.is_none()).then(|| reached_button(id));
        let other_actions = job_view.other_actions(&forms);
        let begin =
            (asks_code && told_first.is_none() && job_view.is_mine()).then(|| begin_with_code(id, &forms.begin));
        let next_step = match (told_first, &begin) {
            (Some(first), _) if job_view.is_mine() => Some(view! { <Alert tone=Tone::Info title=first /> }.into_any()),
            (_, Some(_)) => None,
            _ => job_view.next_step(forms.finish.was_submitted()),
        };
        view! {
            <ProviderFrame ctx path="/provider/jobs" shift>
                <ui::Page title lead=lead>
                    {state_row}
                    {begin}
                    {crew}
                    {place}
                    {of_job.into_iter().map(ViewFnOnce::run).collect_view()}
                    {people}
                    {price}
                    {reached}
                    {finish}
                    {sharing}
                    {other_actions}
                    {next_step}
                </ui::Page>
            </ProviderFrame>
        }
    })
    .answer()
}
