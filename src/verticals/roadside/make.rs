//! Makes a booking of roadside assistance.

use chrono::TimeDelta;
use engine::{Distance, Id, Quote, Reference};
use uuid::Uuid;

use super::{
    RoadsideRequest,
    draft::Terms,
    store::{self, RoadsideDetails},
};
use crate::{
    bookings::{Author, Booking, secret::StoredSecret},
    catalog, customers,
    db::Tx,
    dispatch::{Destination, Dispatching, NewJob},
    error::{AppError, OrInternal},
    fulfilment::make::{self, Beginning, Details, Whose},
    identity::{User, token::Token},
    secrets::Keys,
    tenants::Tenant,
    verticals::Vertical,
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

/// Makes a booking at this price. `None` if its draft has already become a booking.
pub async fn book(
    tx: &mut Tx,
    tenant: &Tenant,
    order: Order<'_>,
    distance: Distance,
    quote: &Quote,
) -> Result<Option<Booking>, AppError> {
    let Order { terms, request, account, .. } = order;
    let miles = match distance {
        Distance::Known(miles) => Some(miles),
        Distance::None | Distance::Unknown { .. } => None,
    };
    let details = RoadsideDetails::new(request.vehicle.clone(), request.destination.as_ref(), miles);
    let of_account = NewDetails { details, is_remembered: account.is_some() };
    let order = make::Order {
        service: &terms.service,
        whose: account.map_or(Whose::Guest, Whose::Account),
        contact: &request.contact,
        place: &request.place,
        scheduled_at: request.scheduled_at,
        ends_at: None,
        units: 1,
        people: &[],
        payment_method: request.payment_method,
        notes: request.notes.as_deref(),
        billing: None,
        is_priority: false,
        quote,
        approved_by: &request.contact.name,
        beginning: Beginning::by_rules(&terms.service, request.scheduled_at, tx.now),
        by: Author::customer(),
        secret: Some(StoredSecret::of(order.access, order.keys)),
        draft: order.draft,
        reference: order.reference,
    };
    make::make(tx, tenant, order, &of_account).await
}

/// The details of a new booking.
pub(super) struct NewDetails {
    pub details: RoadsideDetails,
    /// Whether the vehicle is saved for the customer's next booking, as an account's is.
    pub is_remembered: bool,
}

impl Details for NewDetails {
    async fn insert(&self, tx: &mut Tx, _tenant: &Tenant, booking: &Booking) -> Result<(), AppError> {
        if self.is_remembered {
            customers::vehicles::remember(tx, booking.customer_id, &self.details.vehicle).await?;
        }
        store::insert(tx, booking.id, &self.details).await
    }
}

/// The distance and price of a request.
pub fn price(tenant: &Tenant, terms: &Terms, request: &RoadsideRequest) -> Result<(Distance, Quote), AppError> {
    let pricing = terms.pricing(tenant);
    let (from, to) = (request.place.point, request.destination.as_ref().and_then(|to| to.point));
    let quote = pricing.quote(from, to).or_internal()?;
    Ok((pricing.distance(from, to), quote))
}

/// The one job of a booking: help on the spot, or a tow.
pub(super) async fn jobs(tx: &mut Tx, booking: &Booking) -> Result<Vec<NewJob>, AppError> {
    let service = catalog::store::find(tx, booking.service_id).await?.ok_or(AppError::NotFound)?.service;
    let details = store::find(tx, booking.id).await?;
    let window_start = booking.scheduled_at.unwrap_or(tx.now);
    let destination = details.and_then(|details| {
        let point = details.destination;
        details.destination_address.map(|address| Destination { address, point })
    });
    Ok(vec![NewJob {
        bookings: vec![booking.id],
        vertical: Vertical::Roadside,
        kind: service.slug.clone(),
        address: booking.address.clone(),
        point: booking.point,
        destination,
        window_start,
        window_end: window_start + ARRIVAL_WINDOW,
        expected_minutes: service.expected_minutes,
        skills: vec![service.slug],
        staff_needed: 1,
        dispatching: Dispatching::Now,
    }])
}
