//! SQL on `erasures`, the search of every column, and retention.

use chrono::{DateTime, Utc};
use engine::Id;
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    certificate::{AskedBy, Certificate, Erasure, Place},
    identifiers::Identifier,
};
use crate::{customers::Customer, error::AppError, identity::token::Token};

/// A new erasure, before its search.
pub(super) struct NewErasure<'a> {
    pub id: Id<Erasure>,
    pub token: &'a Token,
    pub asked_by: AskedBy,
    pub customer: Option<Id<Customer>>,
    pub erased: Map<String, Value>,
    pub cancelled: usize,
    pub searched_for: Map<String, Value>,
    pub not_unique: Map<String, Value>,
}

pub(super) async fn insert(db: &mut PgConnection, new: NewErasure<'_>) -> Result<(), AppError> {
    sqlx::query(
        "insert into erasures (id, token_hash, asked_by, customer_id, erased, cancelled, searched_for, not_unique)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id)
    .bind(new.token.hash())
    .bind(new.asked_by)
    .bind(new.customer)
    .bind(Json(new.erased))
    .bind(i32::try_from(new.cancelled).unwrap_or(i32::MAX))
    .bind(Json(new.searched_for))
    .bind(Json(new.not_unique))
    .execute(db)
    .await?;
    Ok(())
}

macro_rules! select_certificate {
    ($rest:literal) => {
        concat!(
            "select id, asked_by, erased, cancelled, searched_for, not_unique, erased_at, searched_at, fields, redacted, held, left_over from erasures ",
            $rest
        )
    };
}

/// The certificate with this token.
pub(super) async fn find_by_token(db: &mut PgConnection, token: &Token) -> Result<Option<Certificate>, AppError> {
    Ok(sqlx::query_as(select_certificate!("where tenant_id = app.current_tenant() and token_hash = $1"))
        .bind(token.hash())
        .fetch_optional(db)
        .await?)
}

/// The certificate of a customer, if they were erased.
pub(super) async fn find_by_customer(
    db: &mut PgConnection,
    customer: Id<Customer>,
) -> Result<Option<Certificate>, AppError> {
    Ok(sqlx::query_as(select_certificate!(
        "where tenant_id = app.current_tenant() and customer_id = $1 order by erased_at desc limit 1"
    ))
    .bind(customer)
    .fetch_optional(db)
    .await?)
}

/// Which of these identifiers, by index, also belong to somebody else (`own` are the person's own rows) or are in more than
/// `common` remarks, which makes them everyday words.
pub(super) async fn ambiguous(
    db: &mut PgConnection,
    identifiers: &[Identifier],
    own: &[Uuid],
    common: Option<i64>,
) -> Result<Vec<usize>, AppError> {
    let kinds: Vec<&str> = identifiers.iter().map(|identifier| identifier.kind.as_str()).collect();
    let places: Vec<i32> = sqlx::query_scalar("select app.ambiguous_identifiers($1, $2, $3, $4)")
        .bind(kinds)
        .bind(patterns(identifiers))
        .bind(own)
        .bind(common)
        .fetch_all(db)
        .await?;
    Ok(places.into_iter().filter_map(|place| usize::try_from(place - 1).ok()).collect())
}

/// Removes identifiers from the remarks that mention them. Returns where.
pub(super) async fn redact(db: &mut PgConnection, identifiers: &[Identifier]) -> Result<Vec<Place>, AppError> {
    Ok(sqlx::query_as("select place, field, hits from app.redact_identifiers($1)")
        .bind(patterns(identifiers))
        .fetch_all(db)
        .await?)
}

/// Searches all columns for identifiers. Returns where they are, and how many columns were searched.
pub(super) async fn search(db: &mut PgConnection, identifiers: &[Identifier]) -> Result<(Vec<Place>, i64), AppError> {
    let rows: Vec<(Option<String>, Option<String>, i64)> =
        sqlx::query_as("select place, field, hits from app.find_identifiers($1)")
            .bind(patterns(identifiers))
            .fetch_all(db)
            .await?;
    let mut places = Vec::new();
    let mut searched = 0;
    for row in rows {
        match row {
            (Some(place), Some(field), hits) => places.push(Place { place, field, hits }),
            (.., fields) => searched = fields,
        }
    }
    Ok((places, searched))
}

fn patterns(identifiers: &[Identifier]) -> Vec<String> {
    identifiers.iter().map(Identifier::pattern).collect()
}

pub(super) struct Outcome {
    pub searched_for: Map<String, Value>,
    pub not_unique: Map<String, Value>,
    pub fields: i64,
    pub redacted: Vec<Place>,
    pub held: Vec<Place>,
    pub left_over: Vec<Place>,
}

/// Completes the certificate. A retry adds what it removed to the earlier result.
pub(super) async fn complete(db: &mut PgConnection, id: Id<Erasure>, outcome: &Outcome) -> Result<(), AppError> {
    sqlx::query(
        "update erasures set searched_at = app.now(), fields = $2, redacted = redacted || $3, held = $4, left_over = $5, searched_for = $6, not_unique = $7
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(i32::try_from(outcome.fields).unwrap_or(i32::MAX))
    .bind(Json(&outcome.redacted))
    .bind(Json(&outcome.held))
    .bind(Json(&outcome.left_over))
    .bind(Json(&outcome.searched_for))
    .bind(Json(&outcome.not_unique))
    .execute(db)
    .await?;
    Ok(())
}

/// Invalidates the links of old certificates.
pub(super) async fn close_links(db: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, AppError> {
    let closed = sqlx::query(
        "update erasures set token_hash = null where tenant_id = app.current_tenant() and erased_at < $1 and token_hash is not null",
    );
    Ok(closed.bind(before).execute(db).await?.rows_affected())
}

/// Deletes the remains of accounts erased long ago, unless something still refers to them.
pub(super) async fn remove_shells(db: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, AppError> {
    Ok(sqlx::query(
        "delete from users u where u.tenant_id = app.current_tenant() and u.erased_at < $1
           and not exists (select from payments p where p.tenant_id = app.current_tenant() and p.confirmed_by = u.id)
           and not exists (select from payouts p where p.tenant_id = app.current_tenant() and u.id in (p.created_by, p.paid_by))
           and not exists (select from impersonations i where i.tenant_id = app.current_tenant() and i.user_id = u.id)
           and not exists (select from invites i where i.tenant_id = app.current_tenant() and u.id in (i.invited_by, i.accepted_by, i.revoked_by))",
    )
    .bind(before)
    .execute(db)
    .await?
    .rows_affected())
}

/// Deletes records older than the law requires. Returns how many, by kind.
pub(super) async fn forget_records(
    db: &mut PgConnection,
    before: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, AppError> {
    Ok(sqlx::query_as("select object, gone from app.forget_records($1)").bind(before).fetch_all(db).await?)
}
