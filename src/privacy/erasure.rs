//! Erasing a person.

use base64::{Engine, engine::general_purpose::STANDARD};
use engine::{Amount, Id, Reference, field::isolated};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    certificate::{AskedBy, Erasure, Place},
    identifiers::{Identifier, IdentifierKind},
    map, person,
    store::{self, NewErasure, Outcome},
    subject::Subject,
};
use crate::{
    audit,
    bookings::{self, Author, Booking, Phase},
    customers::Customer,
    db::{Timeouts, Tx},
    dispatch,
    error::{AppError, OrInternal},
    fulfilment,
    identity::{self, token::Token},
    notifications::{self, Email},
    server::{App, Ctx},
    tasks::{self, Task},
    tenants::Tenant,
};

/// The kind of the task that searches every column.
pub const FINISH: &str = "finish-erasure";

/// The encryption purpose of identifiers in the queue.
const SEALED_FOR: &str = "erasure";

/// A booking that would be cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenBooking {
    pub id: Id<Booking>,
    pub reference: Reference,
    pub fee: Amount,
}

/// What an erasure would do, and what prevents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Preview {
    pub open: Vec<OpenBooking>,
    /// What must be done first, one sentence each.
    pub obstacles: Vec<&'static str>,
}

impl Preview {
    /// The cancellation fees of all open bookings.
    pub fn fees(&self) -> Amount {
        Amount(self.open.iter().map(|booking| booking.fee.minor()).sum())
    }
}

/// Reads what an erasure would do, and what prevents it.
pub(super) async fn preview(
    tx: &mut Tx,
    tenant: &Tenant,
    subject: &Subject,
    asked_by: AskedBy,
) -> Result<Preview, AppError> {
    let ties = person::ties(tx, subject).await?;
    let mut obstacles = Vec::new();
    if ties.works_in_office && asked_by == AskedBy::Staff {
        obstacles.push(t!("privacy-this-person-works-here-remove-their"));
    }
    if ties.is_last_administrator {
        obstacles.push(t!("privacy-this-is-the-last-administrators-account"));
    }
    if ties.has_job {
        obstacles.push(t!("privacy-there-is-an-unfinished-job-finish"));
    }
    if ties.has_earnings {
        obstacles.push(t!("privacy-there-are-unpaid-earnings-they-must"));
    }
    let mut open = Vec::new();
    for (id, reference, phase) in person::open_bookings(tx, subject).await? {
        if phase == Phase::InProgress {
            obstacles.push(t!("privacy-the-work-on-a-booking-has"));
            continue;
        }
        let booking = bookings::store::find(tx, id).await?.ok_or(AppError::NotFound)?;
        let fee = fulfilment::cancellation::terms(tx, tenant, &booking).await?.fee();
        open.push(OpenBooking { id, reference, fee });
    }
    Ok(Preview { open, obstacles })
}

/// The person to erase, and who asked for it.
pub(super) struct Request {
    pub subject: Subject,
    pub asked_by: AskedBy,
    /// The customer whose page will link to the certificate.
    pub customer: Option<Id<Customer>>,
    /// The cancellation fees shown to the user; if they have risen since, nothing is erased.
    pub agreed_fees: Amount,
}

/// Erases a person.
///
/// - Cancels their open bookings, empties or deletes their rows, ends their sessions.
/// - Enqueues the search of everything else.
/// - Returns the token that opens the certificate.
pub(super) async fn erase(tx: &mut Tx, ctx: &Ctx, request: Request) -> Result<Token, AppError> {
    let Request { subject, asked_by, customer, agreed_fees } = request;
    if let Some(user) = subject.user {
        // Administrators' accounts are locked first, so that the last two can't erase themselves at once.
        identity::directory::lock_administrators(tx).await?;
        identity::directory::find(tx, user).await?.ok_or(AppError::NotFound)?;
    }
    let locked = lock(tx, &subject).await?;
    let preview = preview(tx, &ctx.tenant, &subject, asked_by).await?;
    // A booking made in the meantime can't be locked any more without violating the order of locks.
    if preview.open.iter().any(|open| !locked.contains(&open.id)) {
        return Err(AppError::conflict(t!("privacy-a-booking-was-made-just-now")));
    }
    if let Some(obstacle) = preview.obstacles.first() {
        return Err(AppError::conflict(*obstacle));
    }
    if preview.fees() > agreed_fees {
        return Err(AppError::conflict(t!("privacy-the-cancellation-fees-have-risen-check")));
    }
    let author = match asked_by {
        AskedBy::Person => Author::customer(),
        AskedBy::Staff => Author::staff(ctx.user()?.name.clone()),
    };
    for open in &preview.open {
        let booking = bookings::store::lock(tx, open.id).await?;
        fulfilment::cancel(tx, &ctx.tenant, &booking, author.clone(), None).await?;
    }
    if let Some(provider) = subject.provider {
        dispatch::go_off_duty(tx, provider).await?;
    }
    let known = person::identifiers(tx, &subject).await?;
    let address = known.iter().find(|known| known.kind == IdentifierKind::Email).cloned();
    let ties = person::ties(tx, &subject).await?;
    let is_customer_only = subject.provider.is_none() && !ties.works_in_office;

    let erased = person::forget(tx, &subject).await?;
    if let Some(user) = subject.user {
        identity::revoke_sessions(tx, user, None).await?;
    }
    let (id, token) = (Id::<Erasure>::new(), Token::random());
    let new = NewErasure {
        id,
        token: &token,
        asked_by,
        customer,
        erased: erased.rows,
        cancelled: preview.open.len(),
        searched_for: counts(&known),
        not_unique: Map::new(),
    };
    store::insert(tx, new).await?;
    let search = Search { erasure: id, sealed: seal(&ctx.app, &known)?, own: erased.ids, is_customer_only };
    let now = tx.now;
    tasks::enqueue(tx, FINISH, search, now, None).await?;
    audit::event(tx, "person_erased", Some(("erasures", id.into())), json!({ "asked_by": asked_by })).await?;
    if let Some(address) = address {
        tell(tx, ctx, &address.value, &token).await?;
    }
    Ok(token)
}

/// Locks everything that will be cancelled, in the common order: all bookings, then all providers, then all jobs. Afterwards the
/// cancellation fees can't change. Returns the locked bookings.
async fn lock(tx: &mut Tx, subject: &Subject) -> Result<Vec<Id<Booking>>, AppError> {
    let open = person::open_bookings(tx, subject).await?;
    let bookings: Vec<_> = open.into_iter().map(|(id, ..)| id).collect();
    for id in &bookings {
        bookings::store::lock(tx, *id).await?;
    }
    dispatch::lock_work(tx, &bookings, subject.provider).await?;
    Ok(bookings)
}

fn counts(identifiers: &[Identifier]) -> Map<String, Value> {
    let mut counts = Map::new();
    for kind in IdentifierKind::ALL {
        let number = identifiers.iter().filter(|identifier| identifier.kind == *kind).count();
        if number > 0 {
            counts.insert(kind.as_str().to_owned(), number.into());
        }
    }
    counts
}

async fn tell(tx: &mut Tx, ctx: &Ctx, address: &str, token: &Token) -> Result<(), AppError> {
    let Ok(to) = address.parse() else { return Ok(()) };
    let email = Email {
        to,
        subject: t!("privacy-your-data-has-been-erased").to_owned(),
        lines: vec![
            t!("privacy-has-erased-your-data-this-is", business = isolated(&ctx.tenant.name)),
            t!("privacy-the-certificate-says-what-was-erased").to_owned(),
        ],
        action: Some((t!("privacy-see-the-certificate"), ctx.url(&format!("/erasure/{}", token.reveal())))),
        kind: "erasure",
    };
    notifications::email(tx, &ctx.app, email).await
}

/// The task's payload. The identifiers are encrypted, so that nobody can read them in the queue and the search doesn't find them there.
#[derive(Debug, Serialize, Deserialize)]
struct Search {
    erasure: Id<Erasure>,
    sealed: String,
    /// The person's own rows, which don't count as another person with the same name.
    #[serde(default)]
    own: Vec<Uuid>,
    #[serde(default)]
    is_customer_only: bool,
}

fn seal(app: &App, identifiers: &[Identifier]) -> Result<String, AppError> {
    let plain = serde_json::to_vec(identifiers).or_internal()?;
    Ok(STANDARD.encode(app.keys.seal(SEALED_FOR, &plain)))
}

fn open(app: &App, sealed: &str) -> Result<Vec<Identifier>, AppError> {
    let sealed = STANDARD.decode(sealed).or_internal()?;
    serde_json::from_slice(&app.keys.open(SEALED_FOR, &sealed)?).or_internal()
}

/// Removes the identifiers from what others wrote, searches every column for them, and completes the certificate. If something is left,
/// the task fails and is retried; after the last attempt it waits for a person.
pub async fn finish(app: &App, task: &Task) -> Result<(), AppError> {
    let tenant = task.tenant()?;
    let search: Search = task.payload()?;
    let known = open(app, &search.sealed)?;
    let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
    let (unique, not_unique) = split_by_uniqueness(&mut tx, known, &search).await?;
    let redacted = store::redact(&mut tx, &unique).await?;
    let (found, fields) = store::search(&mut tx, &unique).await?;
    let (held, left_over): (Vec<_>, Vec<_>) = found.into_iter().partition(Place::is_held);
    let is_complete = left_over.is_empty();
    let (searched_for, not_unique) = (counts(&unique), counts(&not_unique));
    let outcome = Outcome { searched_for, not_unique, fields, redacted, held, left_over };
    store::complete(&mut tx, search.erasure, &outcome).await?;
    tx.commit().await?;
    if is_complete {
        Ok(())
    } else {
        Err(AppError::internal(&format!("erasure {} left something over", search.erasure)))
    }
}

/// Which identifiers can be searched for, and which can't because they are too short or also belong to somebody else. Decided when the
/// search runs, because accounts and customers change.
async fn split_by_uniqueness(
    tx: &mut Tx,
    known: Vec<Identifier>,
    search: &Search,
) -> Result<(Vec<Identifier>, Vec<Identifier>), AppError> {
    let (distinctive, mut not_unique): (Vec<_>, Vec<_>) = known.into_iter().partition(Identifier::is_distinctive);
    let common = search.is_customer_only.then_some(map::COMMON);
    let ambiguous = store::ambiguous(tx, &distinctive, &search.own, common).await?;
    let mut unique = Vec::new();
    for (index, identifier) in distinctive.into_iter().enumerate() {
        if ambiguous.contains(&index) { &mut not_unique } else { &mut unique }.push(identifier);
    }
    Ok((unique, not_unique))
}
