//! Counted capacity: the cars a workshop takes in a day, the windows of an arrival, the places of a tour's start, the seats of a trip. The database keeps
//! the sum of the claims, and never lets it exceed the capacity.

use chrono::{DateTime, Utc};
use engine::{Id, SlotPurpose, TimeSpan};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::Resource;
use crate::{bookings::Booking, catalog::Service, dispatch::Job, error::AppError, words::count};

engine::codes! {
    /// Whether places can be claimed.
    pub enum SlotState ("state of a slot") { Open = "open", Closed = "closed", Cancelled = "cancelled" }
}

/// Whose capacity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Resource(Id<Resource>),
    Service(Id<Service>),
    Job(Id<Job>),
}

impl Subject {
    /// The three columns of a slot, of which one is set: resource, service, job.
    const fn columns(self) -> [Option<Uuid>; 3] {
        match self {
            Self::Resource(id) => [Some(id.uuid()), None, None],
            Self::Service(id) => [None, Some(id.uuid()), None],
            Self::Job(id) => [None, None, Some(id.uuid())],
        }
    }
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Slot {
    pub id: Id<Slot>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub capacity: i32,
    pub taken: i32,
    pub state: SlotState,
    /// Why it is closed.
    pub note: Option<String>,
}

impl Slot {
    /// Places that can still be claimed.
    pub fn left(&self) -> i32 {
        if self.state == SlotState::Open { self.capacity - self.taken } else { 0 }
    }
}

/// A slot that is to exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSlot {
    pub time: TimeSpan,
    pub capacity: i32,
    pub min_units: i32,
    /// When it is decided whether enough have booked.
    pub decide_by: Option<DateTime<Utc>>,
}

/// Adds the slots of a subject that don't exist yet. Those that do stay as they are.
pub async fn add(
    db: &mut PgConnection,
    subject: Subject,
    purpose: SlotPurpose,
    slots: &[NewSlot],
) -> Result<u64, AppError> {
    let [resource, service, job] = subject.columns();
    let added = sqlx::query(
        "insert into slots (id, resource_id, service_id, job_id, purpose, starts_at, ends_at, capacity, min_units, decide_by)
         select new.id, $1, $2, $3, $4, new.starts_at, new.ends_at, new.capacity, new.min_units, new.decide_by
         from unnest($5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::integer[], $9::integer[], $10::timestamptz[])
             as new (id, starts_at, ends_at, capacity, min_units, decide_by)
         order by new.starts_at
         on conflict do nothing",
    )
    .bind(resource)
    .bind(service)
    .bind(job)
    .bind(purpose)
    .bind(slots.iter().map(|_| Id::<Slot>::new()).collect::<Vec<_>>())
    .bind(slots.iter().map(|slot| slot.time.starts_at).collect::<Vec<_>>())
    .bind(slots.iter().map(|slot| slot.time.ends_at).collect::<Vec<_>>())
    .bind(slots.iter().map(|slot| slot.capacity).collect::<Vec<_>>())
    .bind(slots.iter().map(|slot| slot.min_units).collect::<Vec<_>>())
    .bind(slots.iter().map(|slot| slot.decide_by).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(added.rows_affected())
}

/// The slots of a subject that begin within a time, also those that are full or closed.
pub async fn list(
    db: &mut PgConnection,
    subject: Subject,
    purpose: SlotPurpose,
    within: TimeSpan,
) -> Result<Vec<Slot>, AppError> {
    let [resource, service, job] = subject.columns();
    Ok(sqlx::query_as(
        "select id, starts_at, ends_at, capacity, taken, state, note from slots
         where tenant_id = app.current_tenant() and (resource_id = $1 or service_id = $2 or job_id = $3) and purpose = $4
           and starts_at >= $5 and starts_at < $6
         order by starts_at",
    )
    .bind(resource)
    .bind(service)
    .bind(job)
    .bind(purpose)
    .bind(within.starts_at)
    .bind(within.ends_at)
    .fetch_all(db)
    .await?)
}

/// Claims places in several slots for a booking: in all of them, or in none. `Conflict` if one is closed or hasn't so many places left, which the sentence
/// names. What the booking has there already is given back first.
pub async fn claim(db: &mut PgConnection, booking: Id<Booking>, claims: &[(Id<Slot>, i32)]) -> Result<(), AppError> {
    let ids: Vec<_> = claims.iter().map(|(slot, _)| *slot).collect();
    let slots = lock(db, &ids).await?;
    let before = give_back_of(db, booking, &ids).await?;
    for (id, units) in claims {
        let slot = slots.iter().find(|slot| slot.id == *id).ok_or(AppError::NotFound)?;
        let own: i32 = before.iter().filter(|(slot, _)| slot == id).map(|(_, units)| *units).sum();
        let left = if slot.state == SlotState::Open { slot.left() + own } else { 0 };
        if *units > left {
            return Err(AppError::conflict(t!("calendar-so-many-places-are-left", left = count(left.max(0)))));
        }
    }
    sqlx::query(
        "insert into slot_claims (id, slot_id, booking_id, units)
         select claim.id, claim.slot_id, $1, claim.units from unnest($2::uuid[], $3::uuid[], $4::integer[]) as claim (id, slot_id, units)
         order by claim.slot_id",
    )
    .bind(booking)
    .bind(claims.iter().map(|_| Id::<Claim>::new()).collect::<Vec<_>>())
    .bind(ids)
    .bind(claims.iter().map(|(_, units)| *units).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a booking has places in a slot.
pub async fn has_claims(db: &mut PgConnection, booking: Id<Booking>) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar(
        "select exists (select from slot_claims
                        where tenant_id = app.current_tenant() and booking_id = $1 and released_at is null)",
    )
    .bind(booking)
    .fetch_one(db)
    .await?)
}

/// Gives back all places of a booking.
pub async fn give_back(db: &mut PgConnection, booking: Id<Booking>) -> Result<(), AppError> {
    let claimed: Vec<Id<Slot>> = sqlx::query_scalar(
        "select distinct slot_id from slot_claims where tenant_id = app.current_tenant() and booking_id = $1 and released_at is null",
    )
    .bind(booking)
    .fetch_all(&mut *db)
    .await?;
    if claimed.is_empty() {
        return Ok(());
    }
    lock(db, &claimed).await?;
    give_back_of(db, booking, &claimed).await.map(drop)
}

/// Gives back the places of a booking in these slots, which the caller has locked, and says how many they were.
async fn give_back_of(
    db: &mut PgConnection,
    booking: Id<Booking>,
    slots: &[Id<Slot>],
) -> Result<Vec<(Id<Slot>, i32)>, AppError> {
    Ok(sqlx::query_as(
        "update slot_claims set released_at = app.now()
         where tenant_id = app.current_tenant() and booking_id = $1 and slot_id = any($2) and released_at is null
         returning slot_id, units",
    )
    .bind(booking)
    .bind(slots)
    .fetch_all(db)
    .await?)
}

/// Removes slots that aren't needed any more. Those in which places are taken are closed instead, and returned; those that were ever claimed are closed.
pub async fn remove(db: &mut PgConnection, slots: Vec<Slot>) -> Result<Vec<Slot>, AppError> {
    let ids: Vec<_> = slots.iter().map(|slot| slot.id).collect();
    let locked = lock(db, &ids).await?;
    sqlx::query(
        "delete from slots s where s.tenant_id = app.current_tenant() and s.id = any($1)
           and not exists (select from slot_claims c where c.tenant_id = s.tenant_id and c.slot_id = s.id)",
    )
    .bind(&ids)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update slots set state = 'closed' where tenant_id = app.current_tenant() and id = any($1) and state = 'open'",
    )
    .bind(ids)
    .execute(db)
    .await?;
    Ok(locked.into_iter().filter(|slot| slot.taken > 0).collect())
}

/// Changes how many places there are. `Conflict` if more are claimed already: the sentence says how many.
pub async fn set_capacity(db: &mut PgConnection, slot: Id<Slot>, capacity: i32) -> Result<(), AppError> {
    let slot = lock(db, &[slot]).await?.pop().ok_or(AppError::NotFound)?;
    if capacity < slot.taken {
        return Err(AppError::conflict(t!("calendar-so-many-places-are-taken", taken = count(slot.taken))));
    }
    sqlx::query("update slots set capacity = $2 where tenant_id = app.current_tenant() and id = $1")
        .bind(slot.id)
        .bind(capacity)
        .execute(db)
        .await?;
    Ok(())
}

/// Closes a slot, which keeps its claims, or opens it again.
pub async fn set_state(
    db: &mut PgConnection,
    slot: Id<Slot>,
    state: SlotState,
    note: Option<&str>,
) -> Result<(), AppError> {
    let slot = lock(db, &[slot]).await?.pop().ok_or(AppError::NotFound)?;
    sqlx::query("update slots set state = $2, note = $3 where tenant_id = app.current_tenant() and id = $1")
        .bind(slot.id)
        .bind(state)
        .bind(note)
        .execute(db)
        .await?;
    Ok(())
}

struct Claim;

/// Locks slots, by id.
async fn lock(db: &mut PgConnection, slots: &[Id<Slot>]) -> Result<Vec<Slot>, AppError> {
    Ok(sqlx::query_as(
        "select id, starts_at, ends_at, capacity, taken, state, note from slots
         where tenant_id = app.current_tenant() and id = any($1) order by id for no key update",
    )
    .bind(slots)
    .fetch_all(db)
    .await?)
}
