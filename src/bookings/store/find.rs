//! One booking, by its id or what else identifies it; and those of a phone number.

use engine::{Id, Phone, Reference};
use sqlx::PgConnection;

use super::{columns::booking_columns, span::Span};
use crate::{bookings::Booking, db::Tx, error::AppError, verticals::Known};

/// A booking, unlocked.
pub async fn find(db: &mut PgConnection, id: Id<Booking>) -> Result<Option<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and id = $1"
    );
    Ok(sqlx::query_as(sql).bind(id).fetch_optional(db).await?)
}

/// Locks a booking until the transaction ends. The first lock of every action; the action's time is read after it.
pub async fn lock(tx: &mut Tx, id: Id<Booking>) -> Result<Booking, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and id = $1 for update"
    );
    let booking = sqlx::query_as(sql).bind(id).fetch_optional(&mut **tx).await?.ok_or(AppError::NotFound)?;
    tx.catch_up().await?;
    Ok(booking)
}

/// The booking with this reference.
pub async fn find_by_reference(db: &mut PgConnection, reference: &Reference) -> Result<Option<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and reference = $1"
    );
    Ok(sqlx::query_as(sql).bind(reference).fetch_optional(db).await?)
}

/// The booking whose link token has this hash.
pub async fn find_by_token_hash(db: &mut PgConnection, hash: &[u8]) -> Result<Option<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and access_token_hash = $1"
    );
    Ok(sqlx::query_as(sql).bind(hash).fetch_optional(db).await?)
}

/// The encrypted secret of a booking's link, if it is stored.
pub async fn find_sealed_token(db: &mut PgConnection, id: Id<Booking>) -> Result<Option<Vec<u8>>, AppError> {
    let sealed = sqlx::query_scalar(
        "select sealed_access_token from bookings where tenant_id = app.current_tenant() and id = $1",
    );
    Ok(sealed.bind(id).fetch_optional(db).await?.flatten())
}

/// These bookings, in no order; none needs no query.
pub async fn find_all(db: &mut PgConnection, ids: &[Id<Booking>]) -> Result<Vec<Booking>, AppError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and id = any($1)"
    );
    Ok(sqlx::query_as(sql).bind(ids).fetch_all(db).await?)
}

/// The bookings with these references, the first that were made first; none needs no query.
pub async fn find_all_by_reference(db: &mut PgConnection, references: &[Reference]) -> Result<Vec<Booking>, AppError> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and reference = any($1) order by created_at, id"
    );
    Ok(sqlx::query_as(sql).bind(references).fetch_all(db).await?)
}

/// The booking made from this draft, if it was confirmed before.
pub async fn find_by_draft(db: &mut PgConnection, draft: uuid::Uuid) -> Result<Option<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and draft_id = $1"
    );
    Ok(sqlx::query_as(sql).bind(draft).fetch_optional(db).await?)
}

/// Unfinished bookings with this phone number, the newest first.
pub async fn list_open_of_phone(db: &mut PgConnection, phone: &Phone) -> Result<Vec<Booking>, AppError> {
    let sql = concat!(
        "select ",
        booking_columns!("bookings."),
        " from bookings where tenant_id = app.current_tenant() and contact_phone = $1 and phase = any($2) order by created_at desc, id desc limit 100"
    );
    Ok(Known::rows(sqlx::query_as(sql).bind(phone).bind(Span::Open.phases()).fetch_all(db).await?))
}
