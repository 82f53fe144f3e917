//! Making a booking: the one way, whoever takes it — a form on the web, staff on the phone, a series.

use chrono::{DateTime, Utc};
use engine::{Id, Quote, Reference, field::isolated};
use uuid::Uuid;

use crate::{
    bookings::{
        self, Author, Billing, Booking, EventKind, Party, PaymentMethod, Phase, WaitsFor, Whereabouts,
        messages::{self, Kind},
        people::{self, Person},
        quotes::{self, QuoteKind},
        secret::StoredSecret,
        store::NewBooking,
    },
    catalog::{Service, Wanted},
    customers::{self, Contact, Customer},
    db::Tx,
    dispatch::{self, NewJob},
    error::AppError,
    identity::User,
    tenants::Tenant,
};

/// A booking to be made.
pub struct Order<'a> {
    pub service: &'a Service,
    pub whose: Whose,
    /// The person on site.
    pub contact: &'a Contact,
    pub place: &'a Whereabouts,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// `None`: when the work is done.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many: seats, people, places; mostly one.
    pub units: i32,
    pub people: &'a [Person],
    pub payment_method: PaymentMethod,
    pub notes: Option<&'a str>,
    /// Who pays instead of the person on site.
    pub billing: Option<Billing>,
    pub is_priority: bool,
    /// The agreed price, and who agreed to it.
    pub quote: &'a Quote,
    pub approved_by: &'a str,
    pub beginning: Beginning,
    pub by: Author,
    /// The customer's link; without it they have none.
    pub secret: Option<StoredSecret>,
    /// The draft it is made from.
    pub draft: Option<Uuid>,
    /// A given reference; `None` for a new one.
    pub reference: Option<Reference>,
}

/// The customer of a new booking.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// An account's.
    Account(Id<User>),
    /// A guest's, known by phone, e-mail and name.
    Guest,
    /// Somebody the office knows.
    Known(Id<Customer>),
}

/// How a booking begins.
#[derive(Debug, Clone, Copy)]
pub enum Beginning {
    /// Agreed: its jobs are opened.
    Confirmed,
    /// Somebody has to say yes until then; it expires otherwise.
    Requested { until: DateTime<Utc> },
}

impl Beginning {
    /// As a customer's booking of this service begins.
    pub fn by_rules(service: &Service, scheduled_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let until = service.rules.answer_until(scheduled_at, now);
        until.map_or(Self::Confirmed, |until| Self::Requested { until })
    }
}

/// What only one kind of business keeps of a booking.
pub trait Details: Sync {
    /// Stores it with a new booking, and reserves what the booking needs, in the same transaction.
    fn insert(
        &self,
        tx: &mut Tx,
        tenant: &Tenant,
        booking: &Booking,
    ) -> impl Future<Output = Result<(), AppError>> + Send;
}

/// Nothing but what every booking has.
pub struct NoDetails;

impl Details for NoDetails {
    async fn insert(&self, _tx: &mut Tx, _tenant: &Tenant, _booking: &Booking) -> Result<(), AppError> {
        Ok(())
    }
}

/// Makes a booking: its row, its details, its approved price, its people and, unless somebody has to say yes first, its jobs. The customer is told.
/// `None` if its draft has already become a booking.
///
/// - A customer keeps the rules of the service: their form says so beside each field, and `Conflict` refuses a forged time. Staff may agree to more.
/// - The rules for cancelling by time are kept with it, so that a later change doesn't worsen them.
pub async fn make(
    tx: &mut Tx,
    tenant: &Tenant,
    order: Order<'_>,
    details: &impl Details,
) -> Result<Option<Booking>, AppError> {
    if order.by.party == Party::Customer {
        ensure_allowed(tenant, &order, tx.now)?;
    }
    let customer = customer(tx, order.whose, order.contact).await?;
    let new = new_booking(customer, &order);
    let Some(booking) = bookings::store::insert(tx, &tenant.reference_prefix, &new, &order.by).await? else {
        return Ok(None);
    };
    details.insert(tx, tenant, &booking).await?;
    people::insert(tx, booking.id, order.people).await?;
    quotes::insert_approved(tx, booking.id, QuoteKind::Original, order.quote, order.approved_by).await?;
    let made = match order.beginning {
        Beginning::Confirmed => {
            let jobs = booking.vertical.jobs(tx, tenant, &booking).await?;
            let booking = bookings::store::wait_for(tx, booking, waits_for(&jobs)).await?;
            open(tx, &booking, jobs).await?;
            booking
        }
        Beginning::Requested { .. } => booking,
    };
    made.vertical.followed(tx, tenant, &made, EventKind::Booked).await?;
    messages::tell(tx, made.id, Kind::Booked).await?;
    Ok(Some(made))
}

fn ensure_allowed(tenant: &Tenant, order: &Order<'_>, now: DateTime<Utc>) -> Result<(), AppError> {
    let wanted = Wanted { at: order.scheduled_at, ends_at: order.ends_at, units: order.units };
    match order.service.rules.breaches(&wanted, now).first() {
        None => Ok(()),
        Some(breach) => Err(AppError::conflict(breach.sentence(tenant.locale))),
    }
}

/// Opens the jobs of an agreed booking; staff are asked to call a customer whose place isn't known.
pub(super) async fn open(tx: &mut Tx, booking: &Booking, jobs: Vec<NewJob>) -> Result<(), AppError> {
    if booking.waits_for == Some(WaitsFor::Location) {
        let message = t!(
            "fulfilment-call-to-find-out-where-they",
            name = isolated(&booking.contact.name),
            address = isolated(&booking.address)
        );
        bookings::store::alert_staff(tx, booking.id, "location_unknown", &message).await?;
    }
    for job in jobs {
        dispatch::open_job(tx, job).await?;
    }
    Ok(())
}

/// What an agreed booking with these jobs waits for.
pub(super) fn waits_for(jobs: &[NewJob]) -> Option<WaitsFor> {
    let first = jobs.first()?;
    Some(if first.point.is_some() { WaitsFor::Provider } else { WaitsFor::Location })
}

async fn customer(tx: &mut Tx, whose: Whose, contact: &Contact) -> Result<Id<Customer>, AppError> {
    match whose {
        Whose::Account(user) => customers::store::find_or_insert_for_user(tx, user, contact).await,
        Whose::Guest => customers::store::find_or_insert(tx, contact).await,
        Whose::Known(customer) => Ok(customer),
    }
}

fn new_booking(customer_id: Id<Customer>, order: &Order<'_>) -> NewBooking {
    let (phase, waits_for, expires_at) = match order.beginning {
        Beginning::Confirmed => (Phase::Confirmed, None, None),
        Beginning::Requested { until } => (Phase::Pending, Some(WaitsFor::Approval), Some(until)),
    };
    NewBooking {
        reference: order.reference.clone(),
        customer_id,
        service_id: order.service.id,
        phase,
        waits_for,
        expires_at,
        contact: order.contact.clone(),
        address: order.place.address.clone(),
        location_source: order.place.source,
        point: order.place.point,
        scheduled_at: order.scheduled_at,
        ends_at: order.ends_at,
        units: order.units,
        payment_method: order.payment_method,
        notes: order.notes.map(str::to_owned),
        billing: order.billing.clone(),
        is_priority: order.is_priority,
        refund_tiers: order.service.vertical.cancels_by_time().then(|| order.service.rules.cancellation.clone()),
        secret: order.secret.clone(),
        draft_id: order.draft,
    }
}
