//! Actions of providers and staff on offers and jobs.

use leptos::server;
use serde::{Deserialize, Serialize};

use crate::error::{AppError, Next};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OfferForm {
    pub offer: String,
}

/// Accepts an offered job.
#[server(endpoint = "accept_offer")]
pub async fn accept_offer(#[server(flatten)] form: OfferForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let offer = id(&form.offer)?;
    let mut tx = ctx.begin().await?;
    let provider = crate::providers::of_user(&mut tx, &ctx).await?;
    let job = super::accept(&mut tx, &ctx.tenant, provider.id, offer).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/provider/jobs/{job}"), "The job is yours."))
}

/// Declines an offer, with a reason.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclineForm {
    pub offer: String,
    /// A `DeclineReason`.
    pub reason: String,
    pub note: String,
}

/// Declines an offered job.
#[server(endpoint = "decline_offer")]
pub async fn decline_offer(#[server(flatten)] form: DeclineForm) -> Result<Next, AppError> {
    use super::DeclineReason;
    use crate::error::FieldErrors;

    let ctx = crate::server::context()?;
    let offer = id(&form.offer)?;
    let mut errors = FieldErrors::default();
    let reason = errors.take(
        "reason",
        form.reason.parse::<DeclineReason>().map_err(|_| "Choose a reason. It helps us send you better offers."),
    );
    let note = errors.take("note", engine::field::optional(&form.note, 200));
    let (Some(reason), Some(note)) = (reason, note) else {
        return Err(errors.into_error());
    };
    let reason = match note {
        Some(note) => format!("{}: {}", reason.label(), engine::field::isolated(&note)),
        None => reason.label().to_owned(),
    };
    let mut tx = ctx.begin().await?;
    let provider = crate::providers::of_user(&mut tx, &ctx).await?;
    super::decline(&mut tx, provider.id, offer, &reason).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", "Offer declined."))
}

/// Reports a job's new state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AdvanceForm {
    pub job: String,
    /// `en_route`, `arrived` or `in_progress`.
    pub to: String,
}

/// Reports that the provider is on the way, has arrived, or has begun the work.
#[server(endpoint = "advance_job")]
pub async fn advance_job(#[server(flatten)] form: AdvanceForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let job = id(&form.job)?;
    let to = form.to.parse().map_err(|_| AppError::Malformed)?;
    let mut tx = ctx.begin().await?;
    let provider = crate::providers::of_user(&mut tx, &ctx).await?;
    super::advance(&mut tx, provider.id, job, to).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/provider/jobs/{job}")))
}

/// Gives a job back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GiveBackForm {
    pub job: String,
    pub reason: String,
}

/// Gives a job back before the work has begun.
#[server(endpoint = "give_back_job")]
pub async fn give_back_job(#[server(flatten)] form: GiveBackForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let job = id(&form.job)?;
    let reason = engine::field::required(&form.reason, 200).map_err(|e| AppError::invalid("reason", e.to_string()))?;
    let mut tx = ctx.begin().await?;
    let provider = crate::providers::of_user(&mut tx, &ctx).await?;
    super::give_back(&mut tx, provider.id, job, &reason).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", "Job given back. We're asking someone else."))
}

/// Assigns a provider.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignForm {
    pub job: String,
    pub provider: String,
    /// The provider shown on the page as the job's holder: an id, or empty.
    pub seen: String,
    /// The job's state shown on the page, if it had a provider.
    pub seen_state: String,
}

/// Staff assign a job to a provider.
#[server(endpoint = "assign_provider")]
pub async fn assign_provider(#[server(flatten)] form: AssignForm) -> Result<Next, AppError> {
    use super::{Holder, JobState};

    let ctx = crate::server::context()?;
    let staff = ctx.allowed(super::policy::can_dispatch)?;
    let job = id(&form.job)?;
    let provider = form.provider.parse().map_err(|_| AppError::invalid("provider", "Choose a provider."))?;
    let shown = match form.seen.as_str() {
        "" => None,
        seen => Some(Holder { provider_id: id(seen)?, state: form.seen_state.parse().unwrap_or(JobState::Assigned) }),
    };
    let mut tx = ctx.begin().await?;
    super::assign_manually(&mut tx, &ctx.tenant, job, provider, shown, &staff.name).await?;
    let page = booking_page(&mut tx, job).await?;
    tx.commit().await?;
    Ok(Next::said(page, "The provider has the job now."))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobForm {
    pub job: String,
}

/// Staff restart the dispatcher's search.
#[server(endpoint = "search_again")]
pub async fn search_again(#[server(flatten)] form: JobForm) -> Result<Next, AppError> {
    let ctx = crate::server::context()?;
    let staff = ctx.allowed(super::policy::can_dispatch)?;
    let job = id(&form.job)?;
    let mut tx = ctx.begin().await?;
    let job = super::search_again(&mut tx, job, crate::bookings::Author::staff(&staff.name)).await?;
    let page = booking_page(&mut tx, job.id).await?;
    let said = if job.is_for_later(&ctx.tenant.settings, tx.now) {
        let begins_at = ctx.tenant.date_time(job.search_begins_at(&ctx.tenant.settings));
        format!("Providers are asked again from {begins_at}.")
    } else {
        "Providers are asked again.".to_owned()
    };
    tx.commit().await?;
    Ok(Next::said(page, said))
}

/// Parses the id in a hidden field; `NotFound` if it can't be parsed.
fn id<T>(text: &str) -> Result<engine::Id<T>, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// The back office's page of the job's booking.
async fn booking_page(tx: &mut crate::db::Tx, job: engine::Id<super::Job>) -> Result<String, AppError> {
    let bookings = super::locks::lock_bookings(tx, job).await?;
    Ok(bookings.first().map_or_else(|| "/admin/board".to_owned(), |b| format!("/admin/bookings/{}", b.reference)))
}
