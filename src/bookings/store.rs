//! All SQL on `bookings`, `booking_events` and `staff_alerts`.

use chrono::{DateTime, Utc};
use engine::{Amount, GeoPoint, Id, Phone, Reference, Stars, quote::RefundTiers};
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow, types::Json};

use super::{
    Author, Billing, Booking, Cancellation, EventKind, LocationSource, Party, PaymentMethod, Phase, Transition,
    WaitsFor, Whereabouts,
    people::{Person, people_column},
    secret::StoredSecret,
};
use crate::{
    catalog::Service,
    customers::{Contact, Customer},
    db::{Tx, publish},
    error::{AppError, OrInternal},
    identity::User,
};

/// All columns of a booking, for statements that read whole bookings: `concat!("select ", booking_columns!("b."), " from …")`.
macro_rules! booking_columns {
    ($table:literal) => {
        concat!(
            $table,
            "id, ",
            $table,
            "reference, ",
            $table,
            "customer_id, ",
            $table,
            "service_id, ",
            $table,
            "phase, ",
            $table,
            "waits_for, ",
            $table,
            "expires_at, ",
            $table,
            "contact_name, ",
            $table,
            "contact_phone, ",
            $table,
            "contact_email, ",
            $table,
            "address, ",
            $table,
            "location_source, ",
            $table,
            "latitude, ",
            $table,
            "longitude, ",
            $table,
            "scheduled_at, ",
            $table,
            "ends_at, ",
            $table,
            "units, ",
            $table,
            "payment_method, ",
            $table,
            "notes, ",
            $table,
            "billed_to, ",
            $table,
            "purchase_order, ",
            $table,
            "hides_price, ",
            $table,
            "priority, ",
            $table,
            "cancelled_by, ",
            $table,
            "cancellation_reason, ",
            $table,
            "cancellation_fee, ",
            $table,
            "cancelled_at, ",
            $table,
            "refund_tiers, ",
            $table,
            "created_at, ",
            $table,
            "completed_at, (select kind.vertical from services kind where kind.tenant_id = ",
            $table,
            "tenant_id and kind.id = ",
            $table,
            "service_id) as vertical"
        )
    };
}

impl<'r> FromRow<'r, PgRow> for Booking {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let place: (Option<f64>, Option<f64>) = (row.try_get("latitude")?, row.try_get("longitude")?);
        let point = match place {
            (Some(latitude), Some(longitude)) => {
                Some(GeoPoint::new(latitude, longitude).map_err(|error| sqlx::Error::Decode(error.into()))?)
            }
            _ => None,
        };
        let cancelled: (Option<Party>, Option<DateTime<Utc>>) =
            (row.try_get("cancelled_by")?, row.try_get("cancelled_at")?);
        let cancellation = match cancelled {
            (Some(by), Some(at)) => Some(Cancellation {
                by,
                reason: row.try_get("cancellation_reason")?,
                fee: row.try_get::<Option<Amount>, _>("cancellation_fee")?.unwrap_or(Amount::ZERO),
                at,
            }),
            _ => None,
        };
        let billing = match row.try_get("billed_to")? {
            Some(to) => Some(Billing {
                to,
                purchase_order: row.try_get("purchase_order")?,
                hides_price: row.try_get("hides_price")?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.try_get("id")?,
            reference: row.try_get("reference")?,
            customer_id: row.try_get("customer_id")?,
            service_id: row.try_get("service_id")?,
            vertical: row.try_get("vertical")?,
            phase: row.try_get("phase")?,
            waits_for: row.try_get("waits_for")?,
            expires_at: row.try_get("expires_at")?,
            contact: Contact {
                name: row.try_get("contact_name")?,
                phone: row.try_get("contact_phone")?,
                email: row.try_get("contact_email")?,
            },
            address: row.try_get("address")?,
            location_source: row.try_get("location_source")?,
            point,
            scheduled_at: row.try_get("scheduled_at")?,
            ends_at: row.try_get("ends_at")?,
            units: row.try_get("units")?,
            payment_method: row.try_get("payment_method")?,
            notes: row.try_get("notes")?,
            billing,
            is_priority: row.try_get("priority")?,
            refund_tiers: row.try_get::<Option<Json<RefundTiers>>, _>("refund_tiers")?.map(|tiers| tiers.0),
            cancellation,
            created_at: row.try_get("created_at")?,
            completed_at: row.try_get("completed_at")?,
        })
    }
}

/// A booking, unlocked.
pub async fn find(db: &mut PgConnection, id: Id<Booking>) -> Result<Option<Booking>, AppError> {
    let sql = concat!("select ", booking_columns!("bookings."), " from bookings where id = $1");
    Ok(sqlx::query_as(sql).bind(id).fetch_optional(db).await?)
}

/// Locks a booking until the transaction ends. The first lock of every action; the action's time is read after it.
pub async fn lock(tx: &mut Tx, id: Id<Booking>) -> Result<Booking, AppError> {
    let sql = concat!("select ", booking_columns!("bookings."), " from bookings where id = $1 for update");
    let booking = sqlx::query_as(sql).bind(id).fetch_optional(&mut **tx).await?.ok_or(AppError::NotFound)?;
    tx.catch_up().await?;
    Ok(booking)
}

/// The booking with this reference.
pub async fn find_by_reference(db: &mut PgConnection, reference: &Reference) -> Result<Option<Booking>, AppError> {
    let sql = concat!("select ", booking_columns!("bookings."), " from bookings where reference = $1");
    Ok(sqlx::query_as(sql).bind(reference).fetch_optional(db).await?)
}

/// The booking whose link token has this hash.
pub async fn find_by_token_hash(db: &mut PgConnection, hash: &[u8]) -> Result<Option<Booking>, AppError> {
    let sql = concat!("select ", booking_columns!("bookings."), " from bookings where access_token_hash = $1");
    Ok(sqlx::query_as(sql).bind(hash).fetch_optional(db).await?)
}

/// Unfinished bookings with this phone number, the newest first.
pub async fn list_open_of_phone(db: &mut PgConnection, phone: &Phone) -> Result<Vec<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where contact_phone = $1 and phase = any($2) order by created_at desc, id desc limit 100"
    );
    Ok(sqlx::query_as(sql).bind(phone).bind(Span::Open.phases()).fetch_all(db).await?)
}

/// The encrypted secret of a booking's link, if it is stored.
pub async fn find_sealed_token(db: &mut PgConnection, id: Id<Booking>) -> Result<Option<Vec<u8>>, AppError> {
    let sealed = sqlx::query_scalar(
        "select sealed_access_token from bookings where tenant_id = app.current_tenant() and id = $1",
    );
    Ok(sealed.bind(id).fetch_optional(db).await?.flatten())
}

/// A booking with related data, for its customer.
#[derive(Debug, Clone, FromRow)]
pub struct OpenedBooking {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub service_name: String,
    /// The customer's stars, if they gave any.
    pub rating: Option<Stars>,
    pub comment: Option<String>,
    /// Whether the link's token is stored, so that messages contain the link.
    pub keeps_link: bool,
    /// The channels on which the first message with its link failed.
    pub unreached: Vec<String>,
    /// When its final phase began; `None` before.
    pub over_at: Option<DateTime<Utc>>,
    /// Who comes along.
    pub people: Json<Vec<Person>>,
}

/// Selects opened bookings; the condition follows.
macro_rules! opened_bookings {
    ($condition:literal) => {
        concat!(
            "select ",
            booking_columns!("b."),
            // A final phase never changes, and each phase begins with a timeline entry.
            ", s.name as service_name, r.rating, r.comment, b.sealed_access_token is not null as keeps_link,
               array(select n.channel from notifications n
                     where (n.tenant_id, n.booking_id) = (b.tenant_id, b.id) and n.kind = 'booking-booked' and n.status = 'failed') as unreached,
               case when b.phase in ('completed', 'cancelled', 'no_show') then coalesce(
                   b.completed_at, b.cancelled_at,
                   (select max(e.occurred_at) from booking_events e
                    where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and e.kind = 'no_show'),
                   b.updated_at) end as over_at, ",
            people_column!(),
            "
             from bookings b
             join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
             join customers c on (c.tenant_id, c.id) = (b.tenant_id, b.customer_id)
             left join reviews r on (r.tenant_id, r.booking_id) = (b.tenant_id, b.id) ",
            $condition
        )
    };
}

/// The booking of the link with this token.
pub async fn open_by_token_hash(db: &mut PgConnection, hash: &[u8]) -> Result<Option<OpenedBooking>, AppError> {
    Ok(sqlx::query_as(opened_bookings!("where b.access_token_hash = $1")).bind(hash).fetch_optional(db).await?)
}

/// The booking with this reference, for its account.
pub async fn open_by_owner(
    db: &mut PgConnection,
    reference: &Reference,
    owner: Id<User>,
) -> Result<Option<OpenedBooking>, AppError> {
    Ok(sqlx::query_as(opened_bookings!("where b.reference = $1 and c.user_id = $2"))
        .bind(reference)
        .bind(owner)
        .fetch_optional(db)
        .await?)
}

/// These bookings, in no order; none needs no query.
pub async fn find_all(db: &mut PgConnection, ids: &[Id<Booking>]) -> Result<Vec<Booking>, AppError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and id = any($1)"
    );
    Ok(sqlx::query_as(sql).bind(ids).fetch_all(db).await?)
}

/// The booking made from this draft, if it was confirmed before.
pub async fn find_by_draft(db: &mut PgConnection, draft: uuid::Uuid) -> Result<Option<Booking>, AppError> {
    let sql = concat!("select ", booking_columns!("bookings."), " from bookings where draft_id = $1");
    Ok(sqlx::query_as(sql).bind(draft).fetch_optional(db).await?)
}

/// A new booking.
#[derive(Debug, Clone)]
pub struct NewBooking {
    /// A given reference; `None` for a new one.
    pub reference: Option<Reference>,
    pub customer_id: Id<Customer>,
    pub service_id: Id<Service>,
    /// The initial phase: `confirmed`, or `pending` while it waits.
    pub phase: Phase,
    pub waits_for: Option<WaitsFor>,
    /// When it expires, if it is pending.
    pub expires_at: Option<DateTime<Utc>>,
    pub contact: Contact,
    pub address: String,
    pub location_source: LocationSource,
    /// The location; `None` only if the source is an address.
    pub point: Option<GeoPoint>,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// `None`: when the work is done.
    pub ends_at: Option<DateTime<Utc>>,
    pub units: i32,
    pub payment_method: PaymentMethod,
    pub notes: Option<String>,
    /// Who pays instead of the person on site.
    pub billing: Option<Billing>,
    pub is_priority: bool,
    /// The rules for cancelling by the time that is left; `None`: by how far the provider is.
    pub refund_tiers: Option<RefundTiers>,
    /// The token of the customer's link.
    pub secret: Option<StoredSecret>,
    /// The draft it is made from.
    pub draft_id: Option<uuid::Uuid>,
}

/// How often a new reference is tried: references are short, so one may be in use.
const REFERENCE_TRIES: usize = 8;

/// Creates a booking with a new reference and begins its timeline. `None` if its draft has already become a booking.
pub async fn insert(
    db: &mut PgConnection,
    prefix: &str,
    new: &NewBooking,
    by: &Author,
) -> Result<Option<Booking>, AppError> {
    let sql = concat!(
        "insert into bookings (id, reference, customer_id, service_id, phase, waits_for, expires_at, contact_name, contact_phone, contact_email,
                               address, location_source, latitude, longitude, scheduled_at, payment_method, notes, access_token_hash,
                               sealed_access_token, draft_id, ends_at, units, billed_to, purchase_order, hides_price, priority,
                               refund_tiers)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
                 $27)
         on conflict do nothing returning ",
        booking_columns!("bookings.")
    );
    for _ in 0..REFERENCE_TRIES {
        let reference = match &new.reference {
            Some(reference) => reference.clone(),
            None => Reference::from_random(prefix, rand::random()).or_internal()?,
        };
        let made: Option<Booking> = sqlx::query_as(sql)
            .bind(Id::<Booking>::new())
            .bind(&reference)
            .bind(new.customer_id)
            .bind(new.service_id)
            .bind(new.phase)
            .bind(new.waits_for)
            .bind(new.expires_at)
            .bind(&new.contact.name)
            .bind(&new.contact.phone)
            .bind(&new.contact.email)
            .bind(&new.address)
            .bind(new.location_source)
            .bind(new.point.map(GeoPoint::latitude))
            .bind(new.point.map(GeoPoint::longitude))
            .bind(new.scheduled_at)
            .bind(new.payment_method)
            .bind(&new.notes)
            .bind(new.secret.as_ref().map(|secret| &secret.hash))
            .bind(new.secret.as_ref().and_then(|secret| secret.sealed.as_ref()))
            .bind(new.draft_id)
            .bind(new.ends_at)
            .bind(new.units)
            .bind(new.billing.as_ref().map(|billing| &billing.to))
            .bind(new.billing.as_ref().and_then(|billing| billing.purchase_order.as_ref()))
            .bind(new.billing.as_ref().is_some_and(|billing| billing.hides_price))
            .bind(new.is_priority)
            .bind(new.refund_tiers.as_ref().map(Json))
            .fetch_optional(&mut *db)
            .await?;
        if let Some(booking) = made {
            let event =
                NewEvent { booking_id: booking.id, phase: booking.phase, kind: EventKind::Booked, by, note: None };
            record(db, &event).await?;
            return Ok(Some(booking));
        }
        if let Some(draft) = new.draft_id
            && find_by_draft(db, draft).await?.is_some()
        {
            return Ok(None);
        }
    }
    Err(AppError::Unavailable)
}

/// Writes an allowed change and its entry in the timeline. `Conflict` if the booking has changed since it was read.
pub async fn apply(db: &mut PgConnection, booking: &Booking, transition: Transition) -> Result<Booking, AppError> {
    let sql = concat!(
        "update bookings
         set phase = $3, waits_for = $4, expires_at = case when $3 = 'pending' then expires_at end, updated_at = app.now(),
             completed_at = case when $3 = 'completed' then app.now() end,
             cancelled_by = $5, cancellation_reason = $6, cancellation_fee = $7, cancelled_at = $8
         where tenant_id = app.current_tenant() and id = $1 and phase = $2
         returning ",
        booking_columns!("bookings.")
    );
    let cancellation = transition.cancellation.as_ref();
    let after: Option<Booking> = sqlx::query_as(sql)
        .bind(booking.id)
        .bind(transition.from)
        .bind(transition.to)
        .bind(transition.waits_for)
        .bind(cancellation.map(|c| c.by))
        .bind(cancellation.and_then(|c| c.reason.as_deref()))
        .bind(cancellation.map(|c| c.fee))
        .bind(cancellation.map(|c| c.at))
        .fetch_optional(&mut *db)
        .await?;
    let Some(after) = after else {
        let current = find(db, booking.id).await?.ok_or(AppError::NotFound)?;
        return Err(current.moved_on());
    };
    let Transition { to, kind, by, note, .. } = transition;
    record(db, &NewEvent { booking_id: booking.id, phase: to, kind, by: &by, note: note.as_deref() }).await?;
    Ok(after)
}

/// Writes what a booking waits for.
pub async fn wait_for(
    db: &mut PgConnection,
    booking: Booking,
    waits_for: Option<WaitsFor>,
) -> Result<Booking, AppError> {
    if booking.waits_for == waits_for {
        return Ok(booking);
    }
    sqlx::query(
        "update bookings set waits_for = $2, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(booking.id)
    .bind(waits_for)
    .execute(db)
    .await?;
    Ok(Booking { waits_for, ..booking })
}

/// Writes when a booking is, until when, and for how many. The caller has locked it.
pub async fn set_extent(db: &mut PgConnection, booking: Booking) -> Result<Booking, AppError> {
    sqlx::query(
        "update bookings set scheduled_at = $2, ends_at = $3, units = $4, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(booking.id)
    .bind(booking.scheduled_at)
    .bind(booking.ends_at)
    .bind(booking.units)
    .execute(db)
    .await?;
    Ok(booking)
}

/// A new entry of a booking's timeline.
pub struct NewEvent<'a> {
    pub booking_id: Id<Booking>,
    pub phase: Phase,
    pub kind: EventKind,
    pub by: &'a Author,
    pub note: Option<&'a str>,
}

/// Adds an entry to the customer's timeline, and notifies watchers of the booking and the board.
pub async fn record(db: &mut PgConnection, event: &NewEvent<'_>) -> Result<(), AppError> {
    sqlx::query("insert into booking_events (id, booking_id, kind, phase, actor, actor_name, note) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(Id::<Event>::new())
        .bind(event.booking_id)
        .bind(event.kind)
        .bind(event.phase)
        .bind(event.by.party)
        .bind(&event.by.name)
        .bind(event.note)
        .execute(&mut *db)
        .await?;
    publish(db, &format!("booking:{}", event.booking_id)).await?;
    publish(db, "board").await
}

/// An entry of a booking's timeline.
#[derive(Debug, Clone, FromRow)]
pub struct Event {
    pub kind: EventKind,
    pub phase: Phase,
    pub actor: Party,
    pub actor_name: Option<String>,
    pub note: Option<String>,
    pub occurred_at: DateTime<Utc>,
}

/// The maximum number of entries shown; far more than a booking has.
const MOST_EVENTS: i64 = 500;

/// A booking's timeline, oldest entry first: its latest [`MOST_EVENTS`].
pub async fn timeline(db: &mut PgConnection, booking_id: Id<Booking>) -> Result<Vec<Event>, AppError> {
    Ok(sqlx::query_as(
        "select kind, phase, actor, actor_name, note, occurred_at from (
             select * from booking_events where tenant_id = app.current_tenant() and booking_id = $1 order by occurred_at desc, id desc limit $2
         ) latest order by occurred_at, id",
    )
    .bind(booking_id)
    .bind(MOST_EVENTS)
    .fetch_all(db)
    .await?)
}

/// Writes the location of a booking that had only a description.
pub async fn locate(
    db: &mut PgConnection,
    booking: &Booking,
    address: &str,
    point: GeoPoint,
    source: LocationSource,
) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update bookings set address = $3, latitude = $4, longitude = $5, location_source = $6, waits_for = 'provider', updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1 and phase = $2",
    )
    .bind(booking.id)
    .bind(booking.phase)
    .bind(address)
    .bind(point.latitude())
    .bind(point.longitude())
    .bind(source)
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(booking.moved_on());
    }
    let event = NewEvent {
        booking_id: booking.id,
        phase: booking.phase,
        kind: EventKind::LocationGiven,
        by: &Author { party: Party::Staff, name: None },
        note: Some(address),
    };
    record(db, &event).await
}

/// Adds an alert for the back office.
pub async fn alert_staff(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    message: &str,
) -> Result<(), AppError> {
    sqlx::query("insert into staff_alerts (id, booking_id, kind, message) values ($1, $2, $3, $4)")
        .bind(Id::<StaffAlert>::new())
        .bind(booking_id)
        .bind(kind)
        .bind(message)
        .execute(&mut *db)
        .await?;
    publish(db, "board").await
}

/// The same for recurring problems: while an alert of this kind is open, no second one is added.
pub async fn alert_staff_once(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    message: &str,
) -> Result<(), AppError> {
    let is_open: bool = sqlx::query_scalar(
        "select exists (select from staff_alerts where tenant_id = app.current_tenant() and booking_id = $1 and kind = $2 and resolved_at is null)",
    )
    .bind(booking_id)
    .bind(kind)
    .fetch_one(&mut *db)
    .await?;
    if is_open { Ok(()) } else { alert_staff(db, booking_id, kind, message).await }
}

#[derive(Debug, Clone, FromRow)]
pub struct StaffAlert {
    pub id: Id<StaffAlert>,
    /// The booking, if it is about one.
    pub booking_id: Id<Booking>,
    pub reference: Reference,
    pub kind: String,
    /// One sentence.
    pub message: String,
    pub created_at: DateTime<Utc>,
}

/// Maximum number of alerts shown.
pub const MOST_ALERTS: i64 = 100;

/// Open alerts, newest first, at most [`MOST_ALERTS`], and whether there are more.
pub async fn open_alerts(db: &mut PgConnection) -> Result<(Vec<StaffAlert>, bool), AppError> {
    let mut alerts: Vec<StaffAlert> = sqlx::query_as(
        "select a.id, a.booking_id, b.reference, a.kind, a.message, a.created_at
         from staff_alerts a join bookings b on (b.tenant_id, b.id) = (a.tenant_id, a.booking_id)
         where a.resolved_at is null
         order by a.created_at desc limit $1",
    )
    .bind(MOST_ALERTS + 1)
    .fetch_all(db)
    .await?;
    let most = usize::try_from(MOST_ALERTS).unwrap_or(usize::MAX);
    let are_cut = alerts.len() > most;
    alerts.truncate(most);
    Ok((alerts, are_cut))
}

/// Resolves the alerts of a booking: a person has handled them, or they no longer matter.
pub async fn resolve_alerts(db: &mut PgConnection, booking_id: Id<Booking>, resolved_by: &str) -> Result<(), AppError> {
    sqlx::query("update staff_alerts set resolved_at = app.now(), resolved_by = $2 where tenant_id = app.current_tenant() and booking_id = $1 and resolved_at is null")
        .bind(booking_id)
        .bind(resolved_by)
        .execute(&mut *db)
        .await?;
    publish(db, "board").await
}

/// Resolves the alerts of one kind.
pub async fn resolve_alerts_of_kind(
    db: &mut PgConnection,
    booking_id: Id<Booking>,
    kind: &str,
    resolved_by: &str,
) -> Result<(), AppError> {
    sqlx::query(
        "update staff_alerts set resolved_at = app.now(), resolved_by = $3
         where tenant_id = app.current_tenant() and booking_id = $1 and kind = $2 and resolved_at is null",
    )
    .bind(booking_id)
    .bind(kind)
    .bind(resolved_by)
    .execute(&mut *db)
    .await?;
    publish(db, "board").await
}

/// The filter of a list of bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Bookings whose phase isn't final.
    Open,
    Past,
    All,
}

impl Span {
    fn phases(self) -> Vec<Phase> {
        let shows = |phase: &Phase| match self {
            Self::Open => !phase.is_terminal(),
            Self::Past => phase.is_terminal(),
            Self::All => true,
        };
        Phase::ALL.iter().copied().filter(shows).collect()
    }
}

/// A booking in a list, with the name of its service and the amount due.
#[derive(Debug, Clone, FromRow)]
pub struct ListedBooking {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub service_name: String,
    /// Sum of the approved quotes.
    pub owed: Amount,
}

/// Number of bookings made as a guest with this e-mail.
pub async fn count_of_guest(db: &mut PgConnection, email: &str) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar(
        "select count(*) from bookings b join customers c on (c.tenant_id, c.id) = (b.tenant_id, b.customer_id)
         where c.email = $1 and c.user_id is null",
    )
    .bind(email)
    .fetch_one(db)
    .await?)
}

/// Number of a customer's latest bookings among whose places they choose one.
const LATEST: i64 = 20;

/// The places of a customer's latest bookings, the newest first.
pub async fn places_of_customer(
    db: &mut PgConnection,
    customer_id: Id<Customer>,
) -> Result<Vec<Whereabouts>, AppError> {
    let rows: Vec<(String, LocationSource, f64, f64)> = sqlx::query_as(
        "select address, location_source, latitude, longitude from bookings
         where tenant_id = app.current_tenant() and customer_id = $1 and latitude is not null
         order by created_at desc limit $2",
    )
    .bind(customer_id)
    .bind(LATEST)
    .fetch_all(db)
    .await?;
    let place = |(address, source, latitude, longitude)| {
        let point = Some(GeoPoint::new(latitude, longitude).or_internal()?);
        Ok(Whereabouts { address, source, point })
    };
    rows.into_iter().map(place).collect()
}

/// Moves the bookings of some customers to another customer.
pub async fn reassign(db: &mut PgConnection, from: &[Id<Customer>], to: Id<Customer>) -> Result<(), AppError> {
    sqlx::query(
        "update bookings set customer_id = $2 where tenant_id = app.current_tenant() and customer_id = any($1)",
    )
    .bind(from)
    .bind(to)
    .execute(db)
    .await?;
    Ok(())
}

/// A page of a customer's bookings, newest first, and the total number.
pub async fn list_of_customer(
    db: &mut PgConnection,
    customer_id: Id<Customer>,
    span: Span,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedBooking>, i64), AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("b."),
        ", s.name as service_name,
           (select coalesce(sum(q.total_amount), 0)::bigint from quotes q
            where (q.tenant_id, q.booking_id) = (b.tenant_id, b.id) and q.state = 'approved') as owed
         from bookings b join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
         where b.customer_id = $1 and b.phase = any($2)
         order by b.created_at desc, b.id desc limit $3 offset $4"
    );
    let listed = sqlx::query_as(sql)
        .bind(customer_id)
        .bind(span.phases())
        .bind(per_page)
        .bind((page - 1) * per_page)
        .fetch_all(&mut *db)
        .await?;
    let total = sqlx::query_scalar(
        "select count(*) from bookings where tenant_id = app.current_tenant() and customer_id = $1 and phase = any($2)",
    )
    .bind(customer_id)
    .bind(span.phases())
    .fetch_one(db)
    .await?;
    Ok((listed, total))
}
