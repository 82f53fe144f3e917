//! Actions of customers and providers that change a booking, its job and its payments.

use engine::{Amount, Id, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{cancellation, start_code, step};
use crate::{
    bookings::{self, Author, Booking, Key, Party, WaitsFor, appointment, quotes::StoredQuote},
    catalog,
    dispatch::{self, Job, JobState, Outcome},
    error::{AppError, FieldErrors, Next, OrInvalid},
    limits::Limit,
    providers,
    server::{Ctx, context, fields},
    tenants::Tenant,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelBookingForm {
    /// The token of the customer's link; empty for an account's own booking.
    #[serde(default)]
    pub token: String,
    /// The booking's reference, for an account's own booking.
    #[serde(default)]
    pub reference: String,
    /// The fee shown to the customer, in minor units.
    #[serde(deserialize_with = "fields::number")]
    pub fee: i64,
    #[serde(default)]
    pub reason: String,
}

/// Cancels a booking, for at most the fee that was shown.
#[server(endpoint = "cancel_booking")]
pub async fn cancel_booking(#[server(flatten)] form: CancelBookingForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    let reason = field::optional(&form.reason, 500).or_invalid("reason")?;
    let mut tx = ctx.begin().await?;
    let opened = key.open(&mut tx, &ctx).await?;
    let booking = bookings::store::lock(&mut tx, opened.booking.id).await?;
    if booking.cancellation.as_ref().is_some_and(|done| done.by == Party::Customer) {
        return Ok(Next::to(key.path())); // a second tap
    }
    let terms = cancellation::terms(&mut tx, &ctx.tenant, &booking).await?;
    let shows_fee = booking.hidden_payer().is_none();
    if shows_fee && booking.is_cancellable() && terms.fee().minor() > form.fee {
        let said = booking.vertical.words().fees.changed.say();
        return Ok(Next::said(key.cancel_path(), said));
    }
    cancellation::cancel_on(&mut tx, &ctx.tenant, &booking, &terms, Author::customer(), reason).await?;
    tx.commit().await?;
    Ok(Next::said(key.path(), t!("fulfilment-your-booking-is-cancelled")))
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveBookingForm {
    /// The token of the customer's link; empty for an account's own booking.
    pub token: String,
    /// The booking's reference, for an account's own booking.
    pub reference: String,
    pub date: String,
    pub time: String,
}

/// Moves an appointment to another time.
#[server(endpoint = "move_booking")]
pub async fn move_booking(#[server(flatten)] form: MoveBookingForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    let opened = count(&ctx, &key, Limit::Move).await?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, opened).await?;
    if booking.scheduled_at.is_none() || !booking.is_cancellable() {
        return Err(booking.moved_on());
    }
    let mut errors = FieldErrors::default();
    let Some(at) = appointment::read(&ctx.tenant, &form.date, &form.time, tx.now, &mut errors) else {
        return Err(errors.into_error());
    };
    let service = catalog::store::find(&mut tx, booking.service_id).await?.ok_or(AppError::NotFound)?.service;
    if let Some(breach) = service.rules.breach_by_time(Some(at), tx.now) {
        errors.add(breach.field(), breach.sentence(ctx.tenant.locale));
        return Err(errors.into_error());
    }
    super::reschedule(&mut tx, &ctx.tenant, &booking, at, Author::customer()).await?;
    tx.commit().await?;
    Ok(Next::said(key.path(), t!("fulfilment-your-booking-is-moved-to", at = ctx.tenant.date_time(at))))
}

/// Counts an attempt by the booking, however its customer opens it.
async fn count(ctx: &Ctx, key: &Key, limit: Limit) -> Result<Id<Booking>, AppError> {
    let mut tx = ctx.begin().await?;
    let booking = key.open(&mut tx, ctx).await?.booking.id;
    drop(tx);
    ctx.limit(limit, &booking.to_string()).await?;
    Ok(booking)
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepLookingForm {
    /// The token of the customer's link; empty for an account's own booking.
    pub token: String,
    /// The booking's reference, for an account's own booking.
    pub reference: String,
}

/// The customer wants to continue the search: all providers are asked again.
#[server(endpoint = "keep_looking")]
pub async fn keep_looking(#[server(flatten)] form: KeepLookingForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    let path = key.following_path();
    count(&ctx, &key, Limit::KeepLooking).await?;
    let mut tx = ctx.begin().await?;
    let booking = key.open(&mut tx, &ctx).await?.booking;
    let jobs = dispatch::jobs_of(&mut tx, booking.id).await?;
    let mut stuck: Vec<_> = jobs.iter().filter(|job| job.is_stuck()).map(|job| job.job_id).collect();
    stuck.sort_unstable();
    if stuck.is_empty() || booking.waits_for != Some(WaitsFor::Staff) {
        return Ok(Next::to(path)); // a provider was found in between, or a second tap
    }
    for job in stuck {
        dispatch::search_again(&mut tx, job, Author::customer()).await?;
    }
    tx.commit().await?;
    Ok(Next::said(path, booking.vertical.words().told.searching_again.say()))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveQuoteForm {
    /// The token of the customer's link; empty for an account's own booking.
    #[serde(default)]
    pub token: String,
    /// The booking's reference, for an account's own booking.
    #[serde(default)]
    pub reference: String,
    pub quote: Id<StoredQuote>,
}

/// The customer approves a proposed price. An operator who acts as them can't: it is their consent to pay.
#[server(endpoint = "approve_quote")]
pub async fn approve_quote(#[server(flatten)] form: ApproveQuoteForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    if ctx.user.is_some() {
        ctx.in_person()?;
    }
    let mut tx = ctx.begin().await?;
    let opened = key.open(&mut tx, &ctx).await?;
    let booking = bookings::store::lock(&mut tx, opened.booking.id).await?;
    super::approve(&mut tx, &ctx.tenant, &booking, form.quote).await?;
    tx.commit().await?;
    Ok(Next::said(key.path(), t!("fulfilment-approved-thank-you")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineQuoteForm {
    /// The token of the customer's link; empty for an account's own booking.
    #[serde(default)]
    pub token: String,
    /// The booking's reference, for an account's own booking.
    #[serde(default)]
    pub reference: String,
    pub quote: Id<StoredQuote>,
    #[serde(default)]
    pub reason: String,
}

/// The customer declines a proposed price.
#[server(endpoint = "decline_quote")]
pub async fn decline_quote(#[server(flatten)] form: DeclineQuoteForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let key = Key::from_form(&form.token, &form.reference)?;
    let reason = field::optional(&form.reason, 500).or_invalid("reason")?;
    let mut tx = ctx.begin().await?;
    let opened = key.open(&mut tx, &ctx).await?;
    let booking = bookings::store::lock(&mut tx, opened.booking.id).await?;
    super::decline(&mut tx, &ctx.tenant, &booking, form.quote, reason.as_deref()).await?;
    tx.commit().await?;
    Ok(Next::said(key.path(), t!("fulfilment-declined-the-agreed-price-stays")))
}

/// Reports a job's new state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdvanceForm {
    pub job: Id<Job>,
    /// `en_route`, `arrived` or `in_progress`.
    pub to: JobState,
    /// What the customer told them, if their code is asked.
    #[serde(default)]
    pub code: String,
}

/// Reports that the provider is on the way, has arrived, or has begun the work.
#[server(endpoint = "advance_job")]
pub async fn advance_job(#[server(flatten)] form: AdvanceForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let job = form.job;
    if form.to == JobState::InProgress {
        start_code::confirm(&ctx, job, &form.code).await?;
    }
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    step::advance(&mut tx, &ctx.tenant, provider.id, job, form.to).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/provider/jobs/{job}")))
}

/// Staff report for the provider that the work has begun.
#[server(endpoint = "start_job")]
pub async fn start_job(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let staff = ctx.allowed(dispatch::policy::can_dispatch)?;
    let mut tx = ctx.begin().await?;
    dispatch::store::jobs::find(&mut tx, job).await?.ok_or(AppError::NotFound)?;
    step::start_for_provider(&mut tx, &ctx.tenant, job, Author::staff(&staff.name)).await?;
    let page = dispatch::actions::office_page(&mut tx, job).await?;
    tx.commit().await?;
    Ok(Next::said(page, t!("fulfilment-the-work-has-begun")))
}

/// Reports that a job is done, if its kind of business asks for no report.
#[server(endpoint = "complete_job")]
pub async fn complete_job(job: Id<Job>) -> Result<Next, AppError> {
    let ctx = context()?;
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    let earned = super::finish(&mut tx, &ctx.tenant, provider.id, job, None).await?;
    tx.commit().await?;
    Ok(finished(&ctx.tenant, job, earned))
}

/// Back to the job, with what it earned.
pub fn finished(tenant: &Tenant, job: Id<Job>, earned: Amount) -> Next {
    let earned =
        if earned.is_zero() { String::new() } else { t!("fulfilment-you-earned", earned = tenant.money(earned)) };
    Next::said(format!("/provider/jobs/{job}"), t!("fulfilment-job-complete", earned = earned))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveUpForm {
    pub job: Id<Job>,
    #[serde(default, deserialize_with = "fields::chosen")]
    pub outcome: Option<Outcome>,
    #[serde(default)]
    pub note: String,
}

/// Reports that a job can't be done.
#[server(endpoint = "give_up_job")]
pub async fn give_up_job(#[server(flatten)] form: GiveUpForm) -> Result<Next, AppError> {
    let ctx = context()?;
    let job = form.job;
    let mut errors = FieldErrors::default();
    let outcome = errors.take("outcome", form.outcome.ok_or(t!("fulfilment-choose-what-happened")));
    let note = errors.take("note", field::optional(&form.note, 200));
    let (Some(outcome), Some(note)) = (outcome, note) else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    let provider = providers::of_user(&mut tx, &ctx).await?;
    super::give_up(&mut tx, &ctx.tenant, provider.id, job, outcome, note.as_deref()).await?;
    tx.commit().await?;
    Ok(Next::said("/provider", t!("fulfilment-job-closed-the-office-has-been")))
}
