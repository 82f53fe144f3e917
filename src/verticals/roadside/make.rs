//! From a form to a booking: start, choose, confirm; [`book`] is what they lead to.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Distance, Id, Quote, Reference, field::isolated};
use leptos::server_fn::ServerFn;
use uuid::Uuid;

use super::{
    RoadsideForm, RoadsideRequest,
    actions::{ConfirmForm, PlacesForm, StartBooking},
    draft::{self, Side, Terms},
    reading,
    store::{self, RoadsideDetails},
    twice,
};
use crate::{
    bookings::{
        self, Booking, Phase, WaitsFor,
        key::StoredSecret,
        messages::{self, Kind},
        quotes::{self, QuoteKind, QuoteState},
        store::NewBooking,
    },
    catalog,
    customers::{self, Customer},
    db::Tx,
    dispatch::{self, Destination, NewJob},
    error::{AppError, FieldErrors, Next},
    identity::{User, token::Token},
    limits::Limit,
    secrets::Keys,
    server::{
        Ctx,
        forms::{keep_draft, replace_draft},
    },
    tenants::Tenant,
    ui::form::FormState,
};

/// How long after the agreed time we may arrive.
const ARRIVAL_WINDOW: TimeDelta = TimeDelta::minutes(60);

/// Where a booking in the making is reviewed.
fn review_path(service: &str, token: &Token) -> String {
    format!("/book/{service}/review?draft={}", token.reveal())
}

/// Where a booking is followed without a login.
fn track_path(token: &Token) -> String {
    format!("/track/{}", token.reveal())
}

/// The secret of the booking that a form becomes: it derives from the form's own, so that confirming again leads to the same page.
fn access(draft: &Token) -> Token {
    draft.derive("booking access")
}

/// Where the booking is followed that this form has become, if it has.
pub(super) async fn booked(tx: &mut Tx, draft: &Token) -> Result<Option<String>, AppError> {
    let access = access(draft);
    let booking = bookings::store::find_by_token_hash(tx, &access.hash()).await?;
    Ok(booking.map(|_| track_path(&access)))
}

async fn terms(tx: &mut Tx, ctx: &Ctx, service: &str) -> Result<Terms, AppError> {
    let found = catalog::store::find_by_slug(tx, service).await?.ok_or(AppError::NotFound)?;
    if !ctx.tenant.offers(&found.service.vertical) {
        return Err(AppError::NotFound);
    }
    let service = found.service.name.clone();
    Terms::load(tx, ctx.user.as_ref().map(|user| user.id), found).await?.ok_or_else(|| {
        AppError::conflict(format!(
            "{} can't be booked right now. Please call us, or choose another service.",
            isolated(&service)
        ))
    })
}

/// Checks the form, finds on the map what is beyond doubt, and keeps it for the review.
pub(super) async fn start(ctx: &Ctx, mut form: RoadsideForm) -> Result<Next, AppError> {
    ctx.limit(Limit::Search, "").await?;
    let mut tx = ctx.begin().await?;
    let terms = terms(&mut tx, ctx, &form.service).await?;
    let now = tx.now;
    drop(tx); // no transaction stays open while a geocoding server thinks

    form.asked.clear();
    draft::put_into_words(&mut form, &ctx.app.geocoder);
    reading::with_plain_moment(&ctx.tenant, &mut form);
    terms.read(&ctx.tenant, &form, now).map_err(FieldErrors::into_error)?;
    let questions = draft::questions(&ctx.app.geocoder, ctx.tenant.center, &form, terms.service.asks_destination).await;
    for question in questions {
        if let Some(place) = question.found.certainly() {
            question.side.place(&mut form, place);
        }
    }
    let token = keep(ctx, &form, FieldErrors::default()).await?;
    Ok(Next::to(review_path(&terms.service.slug, &token)))
}

async fn keep(ctx: &Ctx, form: &RoadsideForm, errors: FieldErrors) -> Result<Token, AppError> {
    let mut tx = ctx.begin().await?;
    let state = FormState { values: form.values(), errors: errors.0, ..FormState::default() };
    let until = tx.now + draft::KEPT_FOR;
    let token = keep_draft(&mut tx, StartBooking::PATH, &state, until).await?;
    tx.commit().await?;
    Ok(token)
}

/// Puts the chosen places on the map. What wasn't among the choices stays words, and a person will call.
pub(super) async fn choose(ctx: &Ctx, chosen: PlacesForm) -> Result<Next, AppError> {
    ctx.limit(Limit::Search, "").await?;
    let token = Token::from(chosen.draft.as_str());
    let mut tx = ctx.begin().await?;
    let (draft, mut form) = draft::open(&mut tx, &token).await?.ok_or_else(draft::expired)?;
    let terms = terms(&mut tx, ctx, &form.service).await?;
    drop(tx);

    let mut errors = FieldErrors::default();
    let questions = draft::questions(&ctx.app.geocoder, ctx.tenant.center, &form, terms.service.asks_destination).await;
    for question in questions {
        let (field, answer) = match question.side {
            Side::Pickup => ("address", &chosen.address),
            Side::Destination => ("destination", &chosen.destination),
        };
        let place = question.found.places.iter().find(|place| place.point.to_string() == *answer);
        match place {
            Some(place) => question.side.place(&mut form, place),
            None if answer == "none" => {}
            None => errors.add(field, "Choose one of these places, or “None of these”."),
        }
    }
    if !errors.is_empty() {
        return Err(errors.into_error());
    }
    "true".clone_into(&mut form.asked);
    let mut tx = ctx.begin().await?;
    let state = FormState { values: form.values(), ..FormState::default() };
    replace_draft(&mut tx, draft.id, &state).await?;
    tx.commit().await?;
    Ok(Next::to(review_path(&terms.service.slug, &token)))
}

/// Makes the booking, with everything that belongs to it, in one transaction.
pub(super) async fn confirm(ctx: &Ctx, confirmed: ConfirmForm) -> Result<Next, AppError> {
    let booker = ctx.user.as_ref().map(|user| user.id.to_string()).unwrap_or_default();
    ctx.limit(Limit::Booking, &booker).await?;
    let token = Token::from(confirmed.draft.as_str());
    let access = access(&token);
    let mut tx = ctx.begin().await?;
    if let Some(path) = booked(&mut tx, &token).await? {
        return Ok(Next::to(path));
    }
    let (draft, form) = draft::open(&mut tx, &token).await?.ok_or_else(draft::expired)?;
    let terms = terms(&mut tx, ctx, &form.service).await?;
    let request = match terms.read(&ctx.tenant, &form, tx.now) {
        Ok(request) => request,
        Err(errors) => {
            drop(tx);
            let token = keep(ctx, &form, errors).await?;
            return Ok(Next::to(format!("/book/{}?draft={}", terms.service.slug, token.reveal())));
        }
    };
    let (distance, quote) = price(&ctx.tenant, &terms, &request)?;
    if confirmed.total != quote.total().minor().to_string() || confirmed.ceiling != quote.ceiling().minor().to_string()
    {
        let path = review_path(&terms.service.slug, &token);
        return Ok(Next::said(path, "The price has changed since you looked. Please check it and confirm again."));
    }
    // Two tabs that confirm at once are asked one after the other.
    twice::lock(&mut tx, &request).await?;
    if let Some(path) = booked(&mut tx, &token).await? {
        return Ok(Next::to(path));
    }
    let twin = twice::find(&mut tx, terms.service.id, &request).await?;
    if twin.is_some_and(|twin| twin.reference.to_string() != confirmed.beside) {
        return Ok(Next::to(review_path(&terms.service.slug, &token))); // which asks
    }
    // Staff who book for a caller don't become the customer.
    let account = ctx.user.as_ref().filter(|user| bookings::policy::books_for_themselves(user)).map(|user| user.id);
    let draft = Some(draft.id.uuid());
    let keys = Some(&ctx.app.keys);
    let order = Order { terms: &terms, request: &request, account, access: &access, keys, draft, reference: None };
    // None: confirmed at the same moment by a second tap.
    if book(&mut tx, &ctx.tenant, order, distance, &quote).await?.is_some() {
        tx.commit().await?;
    }
    Ok(Next::to(track_path(&access)))
}

/// What is booked, for whom, and how it is found again.
pub struct Order<'a> {
    /// The service as it can be booked now.
    pub terms: &'a Terms,
    /// What is asked for.
    pub request: &'a RoadsideRequest,
    /// The customer's account; none for a guest.
    pub account: Option<Id<User>>,
    /// The secret of the customer's link.
    pub access: &'a Token,
    /// What seals that secret; without, messages don't carry the link.
    pub keys: Option<&'a Keys>,
    /// The form it comes from.
    pub draft: Option<Uuid>,
    /// The reference it has to have; a fresh one if none.
    pub reference: Option<Reference>,
}

/// Books an order at this price: the booking, its approved quote and its job. `None` when its draft has become a booking already.
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
    let approved_by = Some(request.contact.name.as_str());
    quotes::insert(tx, booking.id, QuoteKind::Original, QuoteState::Approved, quote, approved_by).await?;
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

/// How far the request goes and what it costs.
pub fn price(tenant: &Tenant, terms: &Terms, request: &RoadsideRequest) -> Result<(Distance, Quote), AppError> {
    let pricing = terms.pricing(tenant);
    let (from, to) = (request.place.point, request.destination.as_ref().and_then(|to| to.point));
    let quote = pricing.quote(from, to).map_err(|error| AppError::internal(&error))?;
    Ok((pricing.distance(from, to), quote))
}

/// The customer behind the account, or a guest.
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
        booking_id: booking.id,
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
