use chrono::{DateTime, Utc};
use engine::Id;

use super::words::{self, Facts};
use crate::{
    bookings::{
        Booking, Key, WaitsFor, key,
        messages::{Kind, MessageTask},
        quotes, store,
    },
    catalog, customers,
    db::Tx,
    dispatch::{self, Job, JobProgress, JobState},
    error::AppError,
    identity::directory,
    notifications::{self, Message, Recipient},
    payments,
    server::App,
    tasks::Task,
    tenants::{self, Tenant},
};

/// Handles the task [`WRITE`](crate::bookings::messages::WRITE). Skips messages about a provider who has since given the booking back or finished it,
/// about a price that was answered or withdrawn since, and about a cancelled job of a booking whose fate is decided by now.
pub async fn write(app: &App, task: &Task) -> Result<(), AppError> {
    let event: MessageTask = task.payload()?;
    let tenant = task.tenant()?;
    let mut tx = app.db.begin_system(tenant).await?;
    let Some(booking) = store::find(&mut tx, event.booking).await? else {
        return Ok(());
    };
    let job = if is_of_provider(event.kind) {
        dispatch::job_of_current(&mut tx, Id::from_uuid(event.id)).await?
    } else {
        None
    };
    if is_of_provider(event.kind) && job.is_none() {
        return Ok(());
    }
    if event.kind == Kind::CalledOff && booking.waits_for != Some(WaitsFor::Staff) {
        return Ok(());
    }
    let tenant = tenants::find_by_id(&mut tx, tenant).await?.ok_or(AppError::NotFound)?;
    let Some(message) = message(&mut tx, app, &tenant, &booking, event, job).await? else {
        return Ok(());
    };
    let recipient = recipient(&mut tx, &booking).await?;
    notifications::tell(&mut tx, app, recipient, message).await?;
    tx.commit().await
}

const fn is_of_provider(kind: Kind) -> bool {
    matches!(kind, Kind::Accepted | Kind::OnTheWay | Kind::Arrived)
}

/// The booking's contact, or else the e-mail of its account; empty if it was erased since.
async fn recipient(tx: &mut Tx, booking: &Booking) -> Result<Recipient, AppError> {
    let contact = booking.contact.clone();
    if contact.is_erased() {
        return Ok(Recipient::default());
    }
    let account = match customers::store::find_with_account(tx, booking.customer_id).await? {
        Some((_, Some(user))) => directory::find(tx, user).await?.map(|account| account.email),
        _ => None,
    };
    Ok(Recipient { email: contact.email.or(account), phone: Some(contact.phone) })
}

/// `None` if there is nothing to say any more.
async fn message(
    tx: &mut Tx,
    app: &App,
    tenant: &Tenant,
    booking: &Booking,
    event: MessageTask,
    job: Option<Id<Job>>,
) -> Result<Option<Message>, AppError> {
    let versions = quotes::list(tx, booking.id).await?;
    let proposed = versions.into_iter().find(|version| version.id.uuid() == event.id && version.is_open(tx.now));
    if event.kind == Kind::Proposed && proposed.is_none() {
        return Ok(None);
    }
    let service = catalog::store::find(tx, booking.service_id).await?.ok_or(AppError::NotFound)?.service.name;
    let jobs = dispatch::jobs_of(tx, booking.id).await?;
    let named = jobs.iter().find(|progress| Some(progress.job_id) == job);
    let progress = named.or_else(|| dispatch::current(&jobs));
    let approved = quotes::approved_totals(tx, booking.id).await?;
    let payments = payments::store::list_of_booking(tx, booking.id).await?;
    let facts = Facts {
        tenant,
        booking,
        service: &service,
        link: link(tx, app, tenant, booking, event.kind).await?,
        provider: progress.and_then(|progress| progress.provider.as_ref()).map(|p| p.first_name().to_owned()),
        visit_at: named.and_then(|named| visit_at(booking, &jobs, named)),
        arrival: progress.and_then(|progress| progress.eta(&tenant.settings, tx.now)),
        total: approved.total,
        included_tax: approved.included_tax,
        ceiling: approved.ceiling,
        proposed,
        gives_back: payments.iter().any(payments::Payment::gives_back),
        payments: payments.iter().map(|payment| payments::in_words::described(tenant, booking, payment)).collect(),
    };
    let words = words::of(event.kind, &facts);
    Ok(Some(Message {
        kind: event.kind.as_str(),
        about: notifications::EventRef { booking: event.booking, id: event.id },
        subject: words.subject,
        lines: words.lines,
        action: facts.link.map(|url| (words.button.to_owned(), url)),
        text: words.text,
    }))
}

/// The time of a visit; `None` if it is as soon as possible. A published job goes on for several bookings, each of which has its own time.
fn visit_at(booking: &Booking, jobs: &[JobProgress], visit: &JobProgress) -> Option<DateTime<Utc>> {
    let first = jobs.iter().find(|job| job.state != JobState::Cancelled);
    let is_first = first.is_some_and(|first| first.job_id == visit.job_id);
    match booking.scheduled_at {
        at if visit.is_published => at,
        None if is_first => None,
        _ => Some(visit.window_start),
    }
}

/// The absolute URL of the booking: by its token, or in the account for a booking made before tokens were stored.
async fn link(
    tx: &mut Tx,
    app: &App,
    tenant: &Tenant,
    booking: &Booking,
    kind: Kind,
) -> Result<Option<String>, AppError> {
    let is_to_manage = matches!(kind, Kind::Done | Kind::Declined | Kind::Cancelled | Kind::Missed | Kind::Proposed);
    let key = match key::find_token(tx, &app.keys, booking.id).await? {
        Some(token) => Key::Token(token),
        None => match customers::store::find_with_account(tx, booking.customer_id).await? {
            Some((_, Some(_))) => Key::Reference(booking.reference.clone()),
            _ => return Ok(None),
        },
    };
    let path = if is_to_manage { key.path() } else { key.following_path() };
    Ok(app.url(tenant, &path))
}
