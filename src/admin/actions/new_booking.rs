use chrono::TimeDelta;
use engine::{Id, Quote, Reference, field::isolated};
use leptos::{server, server_fn::ServerFn};
use uuid::Uuid;

use super::bookings::manager;
use crate::{
    admin::new_booking::{
        Known, OfficeForm, Places, Request, Step, as_accepted, as_shown, breaches, call, price, read,
    },
    bookings::{self, Author, Booking, secret::StoredSecret},
    customers::{self, Customer},
    error::{AppError, FieldErrors, Next},
    fulfilment::make::{Beginning, Order, Whose},
    identity::{User, token::Token},
    server::{Ctx, drafts::keep_draft},
    ui::FormState,
    verticals::office::OfficeCall,
};

/// How long a form is kept that isn't booked yet.
const KEPT_FOR: TimeDelta = TimeDelta::hours(2);

/// Fills in the form, or makes the booking.
///
/// - Books only at the price that was shown; at any other price it shows the new one.
/// - Asks once if the booking doesn't keep the rules of the service.
/// - Sending the same form twice makes one booking.
/// - The price counts as approved by the customer on the phone, noted by the signed-in user.
#[server(endpoint = "book_for_customer")]
pub async fn book_for_customer(#[server(flatten)] form: OfficeForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let attempt: Uuid = form.attempt.parse().map_err(|_| AppError::Malformed)?;
    match form.step() {
        Step::Book => book(&ctx, &user, attempt, form).await,
        Step::Choose(customer) => fill_in(&ctx, with_customer(&ctx, form, customer).await?).await,
        Step::Forget => fill_in(&ctx, without_customer(form)).await,
        Step::Search | Step::Price => fill_in(&ctx, form).await,
    }
}

/// Shows the form again, filled in.
async fn fill_in(ctx: &Ctx, form: OfficeForm) -> Result<Next, AppError> {
    let state = FormState { values: form.values(), ..FormState::default() };
    let mut tx = ctx.begin().await?;
    let until = tx.now + KEPT_FOR;
    let token = keep_draft(&mut tx, BookForCustomer::PATH, &state, until).await?;
    tx.commit().await?;
    Ok(Next::to(format!("/admin/bookings/new?draft={}", token.reveal())))
}

async fn with_customer(ctx: &Ctx, form: OfficeForm, id: Id<Customer>) -> Result<OfficeForm, AppError> {
    let mut tx = ctx.begin().await?;
    let customer = customers::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut form = OfficeForm {
        customer: id.to_string(),
        name: customer.name,
        phone: ctx.tenant.written_phone(&customer.phone),
        email: customer.email.map(|email| email.to_string()).unwrap_or_default(),
        ..form
    };
    let known = Known::load(&mut tx, &ctx.tenant, &form).await?;
    form.saved = known.and_then(|known| known.saved.into_iter().next()).map(|saved| saved.label).unwrap_or_default();
    Ok(form)
}

fn without_customer(form: OfficeForm) -> OfficeForm {
    let (name, phone, email) = Default::default();
    let (customer, known_place, saved) = Default::default();
    OfficeForm { customer, name, phone, email, known_place, saved, ..form }
}

async fn book(ctx: &Ctx, user: &User, attempt: Uuid, form: OfficeForm) -> Result<Next, AppError> {
    let mut tx = ctx.begin().await?;
    if let Some(booked) = bookings::store::find_by_draft(&mut tx, attempt).await? {
        return Ok(Next::to(page_of(&booked.reference)));
    }
    let known = Known::load(&mut tx, &ctx.tenant, &form).await?.ok_or_else(nothing_to_book)?;
    if known.is_gone {
        return Err(AppError::invalid("service", t!("admin-this-service-cant-be-booked-now")));
    }
    drop(tx); // no transaction stays open while a geocoding server thinks

    let places = Places::find(&ctx.app.geocoder, ctx.tenant.center, &form, &known).await;
    let call = call(&ctx.tenant, &form, &known, &places);
    let (request, quote) = both(read(&call, &form, &places), price(&call, &form))?;
    if form.shown_price != as_shown(&quote) || form.accepted != as_accepted(&breaches(&call)) {
        return fill_in(ctx, form).await;
    }
    let booked = make(ctx, user, attempt, &known, &call, &request, &quote).await?;
    let page = page_of(&booked.reference);
    let next = if form.assign_next == "true" { format!("{page}/assign") } else { page };
    Ok(Next::said(next, t!("admin-is-booked-the-customer-gets-a", reference = booked.reference)))
}

/// The request and its price, or the errors of both.
fn both(request: Result<Request, FieldErrors>, quote: Result<Quote, AppError>) -> Result<(Request, Quote), AppError> {
    match (request, quote) {
        (Ok(request), Ok(quote)) => Ok((request, quote)),
        (Err(mut errors), Err(AppError::Invalid(others))) => {
            errors.0.extend(others.0);
            Err(errors.into_error())
        }
        (Err(errors), Ok(_)) => Err(errors.into_error()),
        (_, Err(error)) => Err(error),
    }
}

async fn make(
    ctx: &Ctx,
    user: &User,
    attempt: Uuid,
    known: &Known,
    call: &OfficeCall<'_>,
    request: &Request,
    quote: &Quote,
) -> Result<Booking, AppError> {
    let approved_by =
        t!("admin-on-the-phone-noted-by", name = isolated(&request.contact.name), user = isolated(&user.name));
    let order = Order {
        service: call.service,
        whose: known.customer.as_ref().map_or(Whose::Guest, |customer| Whose::Known(customer.id)),
        contact: &request.contact,
        place: &request.place,
        scheduled_at: request.scheduled_at,
        ends_at: None,
        units: 1,
        people: &[],
        payment_method: request.payment_method,
        notes: request.notes.as_deref(),
        billing: request.billing.clone(),
        is_priority: request.is_priority,
        quote,
        approved_by: &approved_by,
        beginning: Beginning::Confirmed,
        by: Author::staff(&user.name),
        secret: Some(StoredSecret::of(&Token::random(), Some(&ctx.app.keys))),
        draft: Some(attempt),
        reference: None,
    };
    let mut tx = ctx.begin().await?;
    if let Some(booked) = call.service.vertical.make_for_customer(&mut tx, call, order).await? {
        tx.commit().await?;
        return Ok(booked);
    }
    drop(tx); // the same form was sent twice at the same time
    bookings::store::find_by_draft(&mut *ctx.begin().await?, attempt).await?.ok_or(AppError::NotFound)
}

fn nothing_to_book() -> AppError {
    AppError::conflict(t!("admin-no-service-can-be-booked-right"))
}

fn page_of(reference: &Reference) -> String {
    format!("/admin/bookings/{reference}")
}
