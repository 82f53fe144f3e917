//! Creates a booking with all its rows.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Distance, Id, Quote, Reference, field::isolated};
use uuid::Uuid;

use super::{
    RoadsideRequest,
    draft::Terms,
    store::{self, RoadsideDetails},
};
use crate::{
    bookings::{
        self, Booking, Phase, WaitsFor,
        messages::{self, Kind},
        quotes::{self, QuoteKind},
        secret::StoredSecret,
        store::NewBooking,
    },
    customers::{self, Customer},
    db::Tx,
    dispatch::{self, Destination, NewJob},
    error::{AppError, OrInternal},
    identity::{User, token::Token},
    secrets::Keys,
    tenants::Tenant,
};

/// Length of the arrival window after the agreed time.
const ARRIVAL_WINDOW: TimeDelta = TimeDelta::minutes(60);

/// A booking to be made: the service, the customer and its link.
pub struct Order<'a> {
    /// The service with its current price.
    pub terms: &'a Terms,
    pub request: &'a RoadsideRequest,
    /// The customer's account; `None` for a guest.
    pub account: Option<Id<User>>,
    /// The token of the customer's link.
    pub access: &'a Token,
    /// The keys that encrypt that token; without them, messages don't contain the link.
    pub keys: Option<&'a Keys>,
    /// The draft it is made from.
    pub draft: Option<Uuid>,
    /// A given reference; `None` for a new one.
    pub reference: Option<Reference>,
}

/// Makes a booking at this price: the booking, its approved quote and its job. `None` if its draft has already become a booking.
pub async fn book(
    tx: &mut Tx,
    tenant: &Tenant,
    order: Order<'_>,
    distance: Distance,
    quote: &Quote,
) -> Result<Option<Booking>, AppError> {
    let Order { terms, request, .. } = order;
    let customer = customer(tx, order.account, request).await?;
    let booking = new_booking(customer, &order);
    let Some(booking) = bookings::store::insert(tx, &tenant.reference_prefix, &booking).await? else {
        return Ok(None);
    };
    let miles = match distance {
        Distance::Known(miles) => Some(miles),
        Distance::None | Distance::Unknown { .. } => None,
    };
    let details = RoadsideDetails::new(request.vehicle.clone(), request.destination.as_ref(), miles);
    store::insert(tx, booking.id, &details).await?;
    quotes::insert_approved(tx, booking.id, QuoteKind::Original, quote, &request.contact.name).await?;
    if request.place.point.is_none() {
        let message = format!(
            "Call {} to find out where they are: “{}”.",
            isolated(&request.contact.name),
            isolated(&request.place.address)
        );
        bookings::store::alert_staff(tx, booking.id, "location_unknown", &message).await?;
    }
    let job = new_job(&booking, terms, request, tx.now);
    dispatch::open_job(tx, job).await?;
    messages::tell(tx, booking.id, Kind::Booked).await?;
    Ok(Some(booking))
}

/// The distance and price of a request.
pub fn price(tenant: &Tenant, terms: &Terms, request: &RoadsideRequest) -> Result<(Distance, Quote), AppError> {
    let pricing = terms.pricing(tenant);
    let (from, to) = (request.place.point, request.destination.as_ref().and_then(|to| to.point));
    let quote = pricing.quote(from, to).or_internal()?;
    Ok((pricing.distance(from, to), quote))
}

/// The account's customer, or a guest.
async fn customer(tx: &mut Tx, account: Option<Id<User>>, request: &RoadsideRequest) -> Result<Id<Customer>, AppError> {
    match account {
        Some(user) => {
            let id = customers::store::find_or_insert_for_user(tx, user, &request.contact).await?;
            customers::vehicles::remember(tx, id, &request.vehicle).await?;
            Ok(id)
        }
        None => customers::store::find_or_insert(tx, &request.contact).await,
    }
}

fn new_booking(customer_id: Id<Customer>, order: &Order<'_>) -> NewBooking {
    let Order { terms, request, .. } = order;
    let waits_for = if request.place.point.is_some() { WaitsFor::Provider } else { WaitsFor::Location };
    NewBooking {
        reference: order.reference.clone(),
        customer_id,
        service_id: terms.service.id,
        phase: Phase::Confirmed,
        waits_for: Some(waits_for),
        expires_at: None,
        contact: request.contact.clone(),
        address: request.place.address.clone(),
        location_source: request.place.source,
        point: request.place.point,
        scheduled_at: request.scheduled_at,
        payment_method: request.payment_method,
        notes: request.notes.clone(),
        secret: Some(StoredSecret::of(order.access, order.keys)),
        draft_id: order.draft,
    }
}

fn new_job(booking: &Booking, terms: &Terms, request: &RoadsideRequest, now: DateTime<Utc>) -> NewJob {
    let window_start = booking.scheduled_at.unwrap_or(now);
    let destination = request.destination.as_ref();
    NewJob {
        bookings: vec![booking.id],
        kind: terms.service.slug.clone(),
        address: booking.address.clone(),
        point: booking.point,
        destination: destination.map(|to| Destination { address: to.address.clone(), point: to.point }),
        window_start,
        window_end: window_start + ARRIVAL_WINDOW,
        expected_minutes: terms.service.expected_minutes,
        skills: vec![terms.service.slug.clone()],
    }
}
