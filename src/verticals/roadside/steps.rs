//! Code that the steps from a form to a booking share.

use engine::field::isolated;

use super::{
    RoadsideForm,
    draft::{self, Terms},
};
use crate::{
    bookings, catalog,
    db::Tx,
    error::{AppError, FieldErrors},
    identity::token::Token,
    server::{Ctx, drafts::keep_draft},
    ui::form::FormState,
};

/// The review page of a draft.
pub(super) fn review_path(service: &str, token: &Token) -> String {
    format!("/book/{service}/review?draft={}", token.reveal())
}

/// The tracking page of a booking.
pub(super) fn track_path(token: &Token) -> String {
    format!("/track/{}", token.reveal())
}

/// The token of the form's booking: derived from the form's own, so that confirming again leads to the same page.
pub(super) fn access(draft: &Token) -> Token {
    draft.derive("booking access")
}

/// The tracking page of the form's booking, if it was made.
pub(super) async fn booked(tx: &mut Tx, draft: &Token) -> Result<Option<String>, AppError> {
    let access = access(draft);
    let booking = bookings::store::find_by_token_hash(tx, &access.hash()).await?;
    Ok(booking.map(|_| track_path(&access)))
}

/// The service with its current price.
pub(super) async fn terms(tx: &mut Tx, ctx: &Ctx, service: &str) -> Result<Terms, AppError> {
    let found = catalog::store::find_by_slug(tx, service).await?.ok_or(AppError::NotFound)?;
    if !ctx.tenant.offers(found.service.vertical) {
        return Err(AppError::NotFound);
    }
    let service = found.service.name.clone();
    Terms::load(tx, ctx.user.as_ref().map(|user| user.id), found)
        .await?
        .ok_or_else(|| AppError::conflict(t!("roadside-cant-be-booked-right-now", service = isolated(&service))))
}

/// Stores the typed values for the next step.
pub(super) async fn keep(ctx: &Ctx, form: &RoadsideForm, errors: FieldErrors) -> Result<Token, AppError> {
    let mut tx = ctx.begin().await?;
    let state = FormState { values: form.values(), errors: errors.0, ..FormState::default() };
    let until = tx.now + draft::KEPT_FOR;
    let token = keep_draft(&mut tx, draft::FORM, &state, until).await?;
    tx.commit().await?;
    Ok(token)
}
