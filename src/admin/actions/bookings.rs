use engine::{GeoPoint, Id};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{
    bookings::{self, Author, Booking, LocationSource, Phase, appointment},
    dispatch,
    error::{AppError, FieldErrors, Next, OrInvalid},
    fulfilment::{self, Terms},
    identity::{User, own_path},
    server::{Ctx, fields},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelForm {
    pub booking: Id<Booking>,
    /// `charge` or `waive`.
    #[serde(default)]
    pub fee: String,
    /// The fee shown to the user, in minor units; only this fee is charged.
    #[serde(default, deserialize_with = "fields::chosen")]
    pub shown_fee: Option<i64>,
    #[serde(default)]
    pub reason: String,
}

/// Cancels a booking; the fee is charged as shown, or waived.
#[server(endpoint = "cancel_for_customer")]
pub async fn cancel_for_customer(#[server(flatten)] form: CancelForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    if !booking.is_cancellable() {
        return Err(booking.moved_on()); // before the fields: its page no longer has this form
    }
    let mut errors = FieldErrors::default();
    let reason = errors.take("reason", engine::field::required(&form.reason, 500));
    let terms = match form.fee.as_str() {
        "waive" => Some(Terms::waived()),
        "charge" => Some(fulfilment::cancellation::terms(&mut tx, &ctx.tenant, &booking).await?),
        _ => {
            errors.add("fee", t!("admin-choose-whether-to-charge-the-fee"));
            None
        }
    };
    let (Some(reason), Some(terms)) = (reason, terms) else {
        return Err(errors.into_error());
    };
    if form.fee == "charge" && form.shown_fee != Some(terms.fee().minor()) {
        return Err(AppError::conflict(t!("admin-the-fee-has-changed-since-this")));
    }
    fulfilment::cancel_on(&mut tx, &ctx.tenant, &booking, &terms, Author::staff(&user.name), Some(reason)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-the-booking-is-cancelled")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveForm {
    pub booking: Id<Booking>,
    #[serde(default)]
    pub date: String,
    #[serde(default)]
    pub time: String,
}

/// Moves a booking to another time.
#[server(endpoint = "move_for_customer")]
pub async fn move_for_customer(#[server(flatten)] form: MoveForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    if !booking.is_cancellable() {
        return Err(booking.moved_on());
    }
    let mut errors = FieldErrors::default();
    let Some(at) = appointment::read(&ctx.tenant, &form.date, &form.time, tx.now, &mut errors) else {
        return Err(errors.into_error());
    };
    fulfilment::reschedule(&mut tx, &ctx.tenant, &booking, at, Author::staff(&user.name)).await?;
    tx.commit().await?;
    let said = t!("admin-moved-to-the-customer-is-told", at = ctx.tenant.date_time(at));
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), said))
}

/// Says yes to a request.
#[server(endpoint = "approve_booking")]
pub async fn approve_booking(booking: Id<Booking>) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    fulfilment::requests::approve(&mut tx, &ctx.tenant, &booking, Author::staff(&user.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-confirmed-the-customer-is-told")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineForm {
    pub booking: Id<Booking>,
    /// For the customer.
    #[serde(default)]
    pub reason: String,
}

/// Says no to a request.
#[server(endpoint = "decline_booking")]
pub async fn decline_booking(#[server(flatten)] form: DeclineForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    if booking.phase != Phase::Pending {
        return Err(booking.moved_on()); // before the field: its page no longer has this form
    }
    let reason = engine::field::required(&form.reason, 500).or_invalid("reason")?;
    fulfilment::requests::decline(&mut tx, &ctx.tenant, &booking, Author::staff(&user.name), &reason).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-declined-the-customer-is-told")))
}

/// A booking for which nobody comes has begun: the customer is there.
#[server(endpoint = "begin_booking")]
pub async fn begin_booking(booking: Id<Booking>) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    fulfilment::jobless::begin(&mut tx, &ctx.tenant, &booking, Author::staff(&user.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-it-has-begun")))
}

/// The customer of a booking for which nobody comes didn't come.
#[server(endpoint = "miss_booking")]
pub async fn miss_booking(booking: Id<Booking>) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    fulfilment::jobless::miss(&mut tx, &ctx.tenant, &booking, Author::staff(&user.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-closed-as-a-no-show-the")))
}

/// A booking for which nobody comes is over: it is charged.
#[server(endpoint = "complete_booking")]
pub async fn complete_booking(booking: Id<Booking>) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, booking).await?;
    fulfilment::jobless::complete(&mut tx, &ctx.tenant, &booking, Author::staff(&user.name)).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-it-is-complete-the-customer-is")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResolveForm {
    pub booking: Id<Booking>,
    #[serde(default)]
    pub next: String,
}

/// Resolves the alerts of a booking.
#[server(endpoint = "resolve_alerts")]
pub async fn resolve_alerts(#[server(flatten)] form: ResolveForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::find(&mut tx, form.booking).await?.ok_or(AppError::NotFound)?;
    bookings::store::resolve_alerts(&mut tx, booking.id, &user.name).await?;
    tx.commit().await?;
    Ok(Next::said(own_path(&form.next).unwrap_or("/admin/board"), t!("admin-resolved")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaceForm {
    pub booking: Id<Booking>,
    #[serde(default)]
    pub address: String,
    /// "33.7756, -84.3963".
    #[serde(default)]
    pub coordinates: String,
}

/// Sets the location of a booking that had only a description; the search for a provider begins at once.
#[server(endpoint = "place_booking")]
pub async fn place_booking(#[server(flatten)] form: PlaceForm) -> Result<Next, AppError> {
    let (ctx, user) = manager()?;
    let mut tx = ctx.begin().await?;
    let booking = bookings::store::lock(&mut tx, form.booking).await?;
    // Before the fields: its page no longer has this form.
    if booking.phase != Phase::Confirmed {
        return Err(booking.moved_on());
    }
    if booking.point.is_some() {
        return Err(AppError::conflict(t!("admin-we-know-where-this-booking-is")));
    }
    let mut errors = FieldErrors::default();
    let address = errors.take("address", engine::field::required(&form.address, 300));
    let point = form.coordinates.parse::<GeoPoint>().ok();
    let point = point.or_else(|| ctx.app.geocoder.point_in(&form.coordinates, ctx.tenant.center));
    let point = errors.take("coordinates", point.ok_or(t!("admin-enter-latitude-and-longitude")));
    let (Some(address), Some(point)) = (address, point) else {
        return Err(errors.into_error());
    };
    bookings::store::locate(&mut tx, &booking, &address, point, LocationSource::Pin).await?;
    bookings::store::resolve_alerts(&mut tx, booking.id, &user.name).await?;
    dispatch::set_place(&mut tx, booking.id, &address, point).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/bookings/{}", booking.reference), t!("admin-location-set-providers-are-being-asked")))
}

/// The signed-in user, if they may manage bookings.
pub(super) fn manager() -> Result<(Ctx, User), AppError> {
    let ctx = crate::server::context()?;
    let user = ctx.allowed(bookings::policy::can_manage)?.clone();
    Ok((ctx, user))
}
