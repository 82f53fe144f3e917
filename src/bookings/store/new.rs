//! Creates bookings.

use chrono::{DateTime, Utc};
use engine::{GeoPoint, Id, Reference, quote::RefundTiers};
use sqlx::{PgConnection, types::Json};

use super::{
    columns::booking_columns,
    find::find_by_draft,
    timeline::{NewEvent, record},
};
use crate::{
    bookings::{
        Author, Billing, Booking, EventKind, LocationSource, PaymentMethod, Phase, WaitsFor, secret::StoredSecret,
    },
    catalog::Service,
    customers::{Contact, Customer},
    error::{AppError, OrInternal},
};

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
