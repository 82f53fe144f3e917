//! Actions of providers and staff on offers and jobs.

use std::collections::BTreeMap;

use engine::{Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{DeclineReason, Holder, Job, JobState, Offer, locks, policy, store};
use crate::{
    bookings::Author,
    db::Tx,
    error::{AppError, FieldErrors, Next, OrInvalid},
    providers::{self, Provider},
    server::{context, fields},
};

/// Accepts an offered job.
#[server(endpoint = "accept_offer")]
pub async fn accept_offer(offer: Id<Offer>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let job = super::accept(&mut tx, &ctx.tenant, provider.id, offer).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/provider/jobs/{job}"), t!("dispatch-the-job-is-yours")))
}

/// Declines an offer, with a reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineForm {
    pub offer: Id<Offer>,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub reason: Option<DeclineReason>,
    #[serde(default)]
    pub note: String,
}

/// Declines an offered job.
#[server(endpoint = "decline_offer")]
pub async fn decline_offer(#[server(flatten)] form: DeclineForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", form.reason.ok_or(t!("dispatch-choose-a-reason-it-helps-us")));
    let note = errors.take("note", field::optional(&form.note, 200));
    let (Some(reason), Some(note)) = (reason, note) else {
        return Err(errors.into_error());
    };
    let reason = match note {
        Some(note) => format!("{}: {}", reason.label(), field::isolated(&note)),
        None => reason.label().to_owned(),
    };
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::decline(&mut tx, provider.id, form.offer, &reason).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", t!("dispatch-offer-declined")))
}

/// Reports that the provider is at the job's destination.
#[server(endpoint = "reach_destination")]
pub async fn reach_destination(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::reach(&mut tx, provider.id, job).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/provider/jobs/{job}")))
}

/// Takes an open job.
#[server(endpoint = "take_job")]
pub async fn take_job(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::take(&mut tx, &ctx.tenant, provider.id, job).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/provider/jobs/{job}"), t!("dispatch-the-job-is-yours")))
}

/// Hides an open job from the provider's list.
#[server(endpoint = "hide_job")]
pub async fn hide_job(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::hide(&mut tx, provider.id, job).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", t!("dispatch-hidden-you-find-it-below-your")))
}

/// Shows a hidden job again.
#[server(endpoint = "show_job_again")]
pub async fn show_job_again(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::show_again(&mut tx, provider.id, job).await?;
    tx.commit().await?;
    Ok(Next::to("/provider"))
}

/// Gives a job back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveBackForm {
    pub job: Id<Job>,
    #[serde(default)]
    pub reason: String,
}

/// Gives a job back before the work has begun.
#[server(endpoint = "give_back_job")]
pub async fn give_back_job(#[server(flatten)] form: GiveBackForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let job = form.job;
    let reason = field::required(&form.reason, 200).or_invalid("reason")?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::give_back(&mut tx, provider.id, job, &reason).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", t!("dispatch-job-given-back-were-asking-someone")))
}

/// Assigns a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignForm {
    pub job: Id<Job>,
    pub provider: Id<Provider>,
    /// The provider shown on the page as the job's holder: an id, or empty.
    #[serde(default, deserialize_with = "fields::chosen")]
    pub seen: Option<Id<Provider>>,
    /// The job's state shown on the page, if it had a provider.
    #[serde(default, deserialize_with = "fields::chosen")]
    pub seen_state: Option<JobState>,
}

/// Staff assign a job to a provider.
#[server(endpoint = "assign_provider")]
pub async fn assign_provider(#[server(flatten)] form: AssignForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let staff = ctx.allowed(policy::can_dispatch)?;
    let job = form.job;
    let state = form.seen_state.unwrap_or(JobState::Assigned);
    let shown = form.seen.map(|provider_id| Holder { provider_id, state });
    let mut tx = ctx.begin().await?;
    super::assign_manually(&mut tx, &ctx.tenant, job, form.provider, shown, &staff.name).await?;
    let page = office_page(&mut tx, job).await?;
    tx.commit().await?;
    Ok(Next::said(page, t!("dispatch-the-provider-has-the-job-now")))
}

/// The key of a crew's member: one that begins with a digit would be read as an index.
pub fn member_key(provider: Id<Provider>) -> String {
    format!("id-{provider}")
}

fn member_of_key(key: &str) -> Option<Id<Provider>> {
    key.strip_prefix("id-")?.parse().ok()
}

/// Chooses the crew of a job that needs several people.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrewForm {
    pub job: Id<Job>,
    /// The members, each ticked as `members[key]`, with the key of [`member_key`].
    #[serde(default)]
    pub members: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub lead: Option<Id<Provider>>,
}

/// Staff choose the crew of a job.
#[server(endpoint = "assign_crew")]
pub async fn assign_crew(#[server(flatten)] form: CrewForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let staff = ctx.allowed(policy::can_dispatch)?;
    let members: Option<Vec<_>> = form.members.keys().map(|key| member_of_key(key)).collect();
    let members = members.ok_or(AppError::NotFound)?;
    let mut tx = ctx.begin().await?;
    store::jobs::find(&mut tx, form.job).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    if members.is_empty() {
        errors.add("members", t!("dispatch-choose-at-least-one"));
    }
    let lead = errors.take("lead", form.lead.ok_or(t!("dispatch-choose-who-leads")));
    let (Some(lead), false) = (lead, members.is_empty()) else {
        return Err(errors.into_error());
    };
    super::assign_crew(&mut tx, &ctx.tenant, form.job, &members, lead, Author::staff(&staff.name)).await?;
    let page = office_page(&mut tx, form.job).await?;
    tx.commit().await?;
    Ok(Next::said(page, t!("dispatch-crew-saved")))
}

/// Staff restart the dispatcher's search.
#[server(endpoint = "search_again")]
pub async fn search_again(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let staff = ctx.allowed(policy::can_dispatch)?;
    let mut tx = ctx.begin().await?;
    let job = super::search_again(&mut tx, job, Author::staff(&staff.name)).await?;
    let page = office_page(&mut tx, job.id).await?;
    let said = if job.search_begins_at(&ctx.tenant.settings) > tx.now {
        let begins_at = ctx.tenant.date_time(job.search_begins_at(&ctx.tenant.settings));
        t!("dispatch-providers-are-asked-again-from", begins_at = begins_at)
    } else {
        t!("dispatch-providers-are-asked-again").to_owned()
    };
    tx.commit().await?;
    Ok(Next::said(page, said))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CallOffForm {
    pub job: Id<Job>,
    #[serde(default)]
    pub reason: String,
}

/// Staff cancel a published job. Its bookings stay, and wait for staff.
#[server(endpoint = "call_off_job")]
pub async fn call_off_job(#[server(flatten)] form: CallOffForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let staff = ctx.allowed(policy::can_dispatch)?;
    let mut tx = ctx.begin().await?;
    let job = store::jobs::find_published(&mut tx, form.job).await?.ok_or(AppError::NotFound)?;
    if !job.may_be_called_off() {
        return Err(job.refusal()); // before the field: its page no longer has this form
    }
    let reason = field::required(&form.reason, 200).or_invalid("reason")?;
    super::call_off(&mut tx, job.id, &reason, Author::staff(&staff.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/jobs/{}", job.id), t!("dispatch-the-job-is-cancelled")))
}

/// The back office's page of a published job, or else of the job's booking.
pub async fn office_page(tx: &mut Tx, job: Id<Job>) -> Result<String, AppError> {
    if store::jobs::find_published(tx, job).await?.is_some() {
        return Ok(format!("/admin/jobs/{job}"));
    }
    let bookings = locks::lock_bookings(tx, job).await?;
    Ok(bookings.first().map_or_else(|| "/admin/board".to_owned(), |b| format!("/admin/bookings/{}", b.reference)))
}
