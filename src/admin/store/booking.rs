use chrono::{DateTime, Utc};
use engine::{Amount, GeoPoint, Id, Line, Phone, Reference};
use serde::Deserialize;
use sqlx::{FromRow, PgConnection, types::Json};

use crate::{
    bookings::{
        Booking, EventKind, Likeness, Party, PaymentMethod,
        people::{Person, people_column},
        quotes::{QuoteKind, QuoteState, StoredQuote},
    },
    catalog::Service,
    error::AppError,
    payments::PaymentStatus,
};

/// A booking with all related data, read at once.
#[derive(Debug, Clone, FromRow)]
pub struct BookingDetails {
    #[sqlx(flatten)]
    pub booking: Booking,
    pub service: String,
    pub events: Json<Vec<Event>>,
    /// Versions of the price, oldest first.
    pub quotes: Json<Vec<QuoteVersion>>,
    /// Payments, oldest first.
    pub payments: Json<Vec<BookingPayment>>,
    /// Open alerts, oldest first.
    pub alerts: Json<Vec<OpenAlert>>,
    /// Who comes along.
    pub people: Json<Vec<Person>>,
    /// The secret of the customer's link.
    pub sealed_access_token: Option<Vec<u8>>,
    /// Other open bookings with the same number, newest first.
    others: Json<Vec<OtherBooking>>,
}

impl BookingDetails {
    /// When it ended; none while its phase isn't final.
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        let ends =
            |event: &&Event| matches!(event.kind, EventKind::Completed | EventKind::Cancelled | EventKind::NoShow);
        let ended = self.events.0.iter().filter(ends).map(|event| event.occurred_at).max();
        ended.filter(|_| self.booking.phase.is_terminal())
    }

    /// Other open bookings that look like duplicates of this one.
    pub fn twins(&self) -> Vec<Reference> {
        if self.booking.phase.is_terminal() {
            return Vec::new();
        }
        let own = Likeness::of(&self.booking);
        let others = self.others.0.iter();
        others.filter(|other| own.matches(&other.likeness(own.phone))).map(|other| other.reference.clone()).collect()
    }
}

#[derive(Debug, Clone, Deserialize)]
struct OtherBooking {
    reference: Reference,
    service_id: Id<Service>,
    address: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    scheduled_at: Option<DateTime<Utc>>,
}

impl OtherBooking {
    fn likeness<'a>(&'a self, phone: &'a Phone) -> Likeness<'a> {
        let place = self.latitude.zip(self.longitude);
        Likeness {
            phone,
            service: self.service_id,
            address: &self.address,
            point: place.and_then(|(latitude, longitude)| GeoPoint::new(latitude, longitude).ok()),
            scheduled_at: self.scheduled_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub kind: EventKind,
    pub actor: Party,
    pub actor_name: Option<String>,
    pub note: Option<String>,
    pub occurred_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct QuoteVersion {
    pub id: Id<StoredQuote>,
    /// Version number, from 1.
    pub version: i32,
    pub kind: QuoteKind,
    pub state: QuoteState,
    pub total_amount: Amount,
    pub ceiling_amount: Amount,
    pub included_tax_amount: Amount,
    pub kept_fee_amount: Amount,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
    /// What a proposed version is for.
    pub description: Option<String>,
    pub offered_by: Option<String>,
    pub decline_reason: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct BookingPayment {
    pub amount: Amount,
    pub method: PaymentMethod,
    pub status: PaymentStatus,
    /// Since when it is expected.
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OpenAlert {
    pub message: String,
    pub created_at: DateTime<Utc>,
}

/// The booking with this reference.
pub async fn find(db: &mut PgConnection, reference: &Reference) -> Result<Option<BookingDetails>, AppError> {
    let details = sqlx::query_as(
        concat!(
            "select b.*, s.name as service, s.vertical,
                (select coalesce(jsonb_agg(to_jsonb(e) order by e.occurred_at, e.id), '[]') from booking_events e
                 where e.tenant_id = b.tenant_id and e.booking_id = b.id) as events,
                (select coalesce(jsonb_agg(to_jsonb(q) || jsonb_build_object('lines', (
                            select coalesce(jsonb_agg(to_jsonb(l) || jsonb_build_object('unit_price', l.unit_amount) order by l.position), '[]') from quote_lines l
                            where l.tenant_id = q.tenant_id and l.quote_id = q.id)) order by q.version), '[]')
                 from quotes q where q.tenant_id = b.tenant_id and q.booking_id = b.id) as quotes,
                (select coalesce(jsonb_agg(to_jsonb(p) order by p.created_at, p.id), '[]') from payments p
                 where p.tenant_id = b.tenant_id and p.booking_id = b.id) as payments,
                (select coalesce(jsonb_agg(to_jsonb(a) order by a.created_at, a.id), '[]') from staff_alerts a
                 where a.tenant_id = b.tenant_id and a.booking_id = b.id and a.resolved_at is null) as alerts, ",
            people_column!(),
            ",
                (select coalesce(jsonb_agg(jsonb_build_object('reference', o.reference, 'service_id', o.service_id, 'address', o.address,
                            'latitude', o.latitude, 'longitude', o.longitude, 'scheduled_at', o.scheduled_at) order by o.created_at desc), '[]')
                 from bookings o
                 where o.tenant_id = b.tenant_id and o.contact_phone = b.contact_phone and o.id <> b.id
                   and o.phase in ('pending', 'confirmed', 'dispatched', 'in_progress')) as others
         from bookings b join services s on s.tenant_id = b.tenant_id and s.id = b.service_id
         where b.tenant_id = app.current_tenant() and b.reference = $1"
        ),
    )
    .bind(reference)
    .fetch_optional(db)
    .await?;
    Ok(details)
}
