//! The three steps of booking roadside assistance.

use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    RoadsideForm, RoadsideService, draft, duplicates,
    make::{Order, book, price},
    reading,
    side::Side,
    steps::{access, booked, keep, review_path, terms, track_path},
};
use crate::{
    bookings,
    error::{AppError, FieldErrors, Next},
    identity::token::Token,
    limits::Limit,
    server::{context, drafts::replace_draft},
    ui::form::FormState,
};

/// Checks the form and continues to the review. Nothing is booked yet.
#[server(endpoint = "roadside_start_booking")]
pub async fn start_booking(#[server(flatten)] form: RoadsideForm) -> Result<Next, AppError> {
    let ctx = &context()?;
    let mut form = form;
    ctx.limit(Limit::Search, "").await?;
    let mut tx = ctx.begin().await?;
    let terms = terms(&mut tx, ctx, &form.service).await?;
    let now = tx.now;
    drop(tx); // no transaction stays open while a geocoding server thinks

    form.asked.clear();
    for side in Side::BOTH {
        side.change(&mut form, |place| place.put_into_words(&ctx.app.geocoder));
    }
    reading::with_plain_moment(&ctx.tenant, &mut form);
    terms.read(&ctx.tenant, &form, now).map_err(FieldErrors::into_error)?;
    let questions = draft::questions(
        &ctx.app.geocoder,
        ctx.tenant.center,
        &form,
        RoadsideService::of(&terms.service).asks_destination,
    )
    .await;
    for (side, question) in questions {
        if let Some(place) = question.certainly() {
            side.change(&mut form, |typed| typed.set_place(place));
        }
    }
    let token = keep(ctx, &form, FieldErrors::default()).await?;
    Ok(Next::to(review_path(&terms.service.slug, &token)))
}

/// The chosen places.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlacesForm {
    /// Token of the draft.
    pub draft: String,
    /// The chosen place of the car, as its point; `none` if it isn't among them.
    pub address: String,
    /// The chosen destination, in the same way.
    pub destination: String,
}

/// Records the customer's choice for an ambiguous address.
#[server(endpoint = "roadside_choose_places")]
pub async fn choose_places(#[server(flatten)] form: PlacesForm) -> Result<Next, AppError> {
    let ctx = &context()?;
    ctx.limit(Limit::Search, "").await?;
    let token = Token::from(form.draft.as_str());
    let mut tx = ctx.begin().await?;
    let (draft, mut booking) = draft::open(&mut tx, &token).await?.ok_or_else(draft::expired)?;
    let terms = terms(&mut tx, ctx, &booking.service).await?;
    drop(tx);

    let mut errors = FieldErrors::default();
    let questions = draft::questions(
        &ctx.app.geocoder,
        ctx.tenant.center,
        &booking,
        RoadsideService::of(&terms.service).asks_destination,
    )
    .await;
    for (side, question) in questions {
        let (field, answer) = match side {
            Side::Pickup => ("address", &form.address),
            Side::Destination => ("destination", &form.destination),
        };
        if let Some(place) = errors.take(field, question.answered(answer)).flatten() {
            side.change(&mut booking, |typed| typed.set_place(place));
        }
    }
    if !errors.is_empty() {
        return Err(errors.into_error());
    }
    "true".clone_into(&mut booking.asked);
    let mut tx = ctx.begin().await?;
    let state = FormState { values: booking.values(), ..FormState::default() };
    replace_draft(&mut tx, draft.id, &state).await?;
    tx.commit().await?;
    Ok(Next::to(review_path(&terms.service.slug, &token)))
}

/// The confirm button: sends what was shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// Token of the draft.
    pub draft: String,
    /// The total shown, in minor units.
    pub total: String,
    /// The ceiling shown, in minor units.
    pub ceiling: String,
    /// Reference of the open booking that looks the same, if the customer wants another one anyway.
    pub beside: String,
}

/// Makes the booking at the price that was shown. Confirming the same form twice makes one booking.
#[server(endpoint = "roadside_confirm_booking")]
pub async fn confirm_booking(#[server(flatten)] form: ConfirmForm) -> Result<Next, AppError> {
    let ctx = &context()?;
    let booker = ctx.user.as_ref().map(|user| user.id.to_string()).unwrap_or_default();
    ctx.limit(Limit::Booking, &booker).await?;
    let token = Token::from(form.draft.as_str());
    let access = access(&token);
    let mut tx = ctx.begin().await?;
    if let Some(path) = booked(&mut tx, &token).await? {
        return Ok(Next::to(path));
    }
    let (draft, booking) = draft::open(&mut tx, &token).await?.ok_or_else(draft::expired)?;
    let terms = terms(&mut tx, ctx, &booking.service).await?;
    let request = match terms.read(&ctx.tenant, &booking, tx.now) {
        Ok(request) => request,
        Err(errors) => {
            drop(tx);
            let token = keep(ctx, &booking, errors).await?;
            return Ok(Next::to(format!("/book/{}?draft={}", terms.service.slug, token.reveal())));
        }
    };
    let (distance, quote) = price(&ctx.tenant, &terms, &request)?;
    if form.total != quote.total().minor().to_string() || form.ceiling != quote.ceiling().minor().to_string() {
        let path = review_path(&terms.service.slug, &token);
        return Ok(Next::said(path, t!("roadside-the-price-has-changed-since-you")));
    }
    // Serializes two tabs that confirm at the same time.
    duplicates::lock(&mut tx, &request).await?;
    if let Some(path) = booked(&mut tx, &token).await? {
        return Ok(Next::to(path));
    }
    let twin = duplicates::find(&mut tx, terms.service.id, &request).await?;
    if twin.is_some_and(|twin| twin.reference.to_string() != form.beside) {
        return Ok(Next::to(review_path(&terms.service.slug, &token))); // which asks
    }
    // Staff who book for a caller don't become the customer.
    let account = ctx.user.as_ref().filter(|user| bookings::policy::books_for_themselves(user)).map(|user| user.id);
    let draft = Some(draft.id.uuid());
    let keys = Some(&ctx.app.keys);
    let order = Order { terms: &terms, request: &request, account, access: &access, keys, draft, reference: None };
    // `None` if a second tap confirmed it at the same time.
    if book(&mut tx, &ctx.tenant, order, distance, &quote).await?.is_some() {
        tx.commit().await?;
    }
    Ok(Next::to(track_path(&access)))
}
