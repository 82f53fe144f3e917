//! SQL on `erasures`, and what erasing reads and writes across features.

use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, FromRow, PgConnection, types::Json};
use uuid::Uuid;

use super::{
    certificate::{AskedBy, Certificate, Erasure, Place},
    identifiers::{Identifier, IdentifierKind, Needles},
    map::{self, Fate, HELD, Held},
    subject::Subject,
};
use crate::{
    bookings::{Booking, Phase},
    customers::Customer,
    error::AppError,
    identity::token::Token,
};

/// Binds who a person is as `$1`, `$2` and `$3`.
macro_rules! of {
    ($query:expr, $subject:expr) => {
        $query.bind($subject.user).bind(&$subject.customers).bind($subject.provider)
    };
}

/// Everything about a person, by the names of the map.
pub(super) async fn export(db: &mut PgConnection, subject: &Subject) -> Result<Value, AppError> {
    let parts: Vec<String> = HELD
        .iter()
        .map(|Held { name, table, whose, .. }| {
            format!(
                "'{name}', (select coalesce(jsonb_agg(to_jsonb(t) - $4::text[]), '[]') from {table} t where {whose})"
            )
        })
        .collect();
    let sql = format!("select jsonb_build_object({})", parts.join(", "));
    let Json(found) = of!(sqlx::query_scalar::<_, Json<Value>>(AssertSqlSafe(typed(&sql))), subject)
        .bind(map::SECRETS)
        .fetch_one(db)
        .await?;
    Ok(found)
}

/// The statement with the types of its parameters, which it may use in any order or not at all.
fn typed(sql: &str) -> String {
    sql.replace("$1", "$1::uuid").replace("$2", "$2::uuid[]").replace("$3", "$3::uuid")
}

/// Empties and deletes what the map says, and counts the rows by table.
pub(super) async fn forget(db: &mut PgConnection, subject: &Subject) -> Result<Map<String, Value>, AppError> {
    let mut forgotten = Map::new();
    let (objects, bookings) = rows_of(db, subject).await?;
    for Held { table, whose, fate, .. } in HELD {
        let sql = match fate {
            Fate::Emptied(columns) => format!("update {table} t set {columns} where {whose}"),
            Fate::Deleted => format!("delete from {table} t where {whose}"),
            Fate::Kept(_) => continue,
        };
        // Every statement names every parameter, also where it makes no difference.
        let sql = format!("{sql} and (($1, $2, $3) is null or true)");
        let rows = of!(sqlx::query(AssertSqlSafe(typed(&sql))), subject).execute(&mut *db).await?.rows_affected();
        count(&mut forgotten, table, rows);
    }
    let events: i64 = sqlx::query_scalar("select app.forget_events($1)").bind(&bookings).fetch_one(&mut *db).await?;
    count(&mut forgotten, "booking_events", events.unsigned_abs());
    let changes: i64 = sqlx::query_scalar("select app.forget_changes($1, $2)")
        .bind(&objects)
        .bind(map::PERSONAL)
        .fetch_one(db)
        .await?;
    count(&mut forgotten, "audit_log", changes.unsigned_abs());
    Ok(forgotten)
}

fn count(forgotten: &mut Map<String, Value>, table: &str, rows: u64) {
    if rows > 0 {
        let before = forgotten.get(table).and_then(Value::as_u64).unwrap_or_default();
        forgotten.insert(table.to_owned(), (before + rows).into());
    }
}

/// The ids of a person's rows, whatever table they are in, and of their bookings.
async fn rows_of(db: &mut PgConnection, subject: &Subject) -> Result<(Vec<Uuid>, Vec<Uuid>), AppError> {
    Ok(of!(
        sqlx::query_as(
            "with own as (select id from bookings where customer_id = any($2))
             select array(select id from own
                          union select $1::uuid where $1 is not null union select unnest($2::uuid[]) union select $3::uuid where $3 is not null
                          union select id from customer_vehicles where customer_id = any($2)
                          union select id from reviews where customer_id = any($2)
                          union select id from quotes where booking_id in (select id from own)
                          union select id from offers where provider_id = $3
                          union select id from assignments where provider_id = $3
                          union select id from invites where accepted_by = $1
                          union select j.job_id from job_bookings j where j.booking_id in (select id from own)),
                    array(select id from own)"
        ),
        subject
    )
    .fetch_one(db)
    .await?)
}

/// What identifies a person, each with whether somebody else here has the same.
pub(super) async fn identifiers(db: &mut PgConnection, subject: &Subject) -> Result<Vec<(Identifier, bool)>, AppError> {
    let rows: Vec<(IdentifierKind, String, bool)> = of!(
        sqlx::query_as(
            "with own as (select id, contact_name, contact_email, contact_phone from bookings where customer_id = any($2)),
             mine as (
                 select 'name' as kind, name as value from users where id = $1
                 union select 'email', email from users where id = $1
                 union select 'phone', phone from users where id = $1
                 union select 'name', name from customers where id = any($2)
                 union select 'email', email from customers where id = any($2)
                 union select 'phone', phone from customers where id = any($2)
                 union select 'name', name from providers where id = $3
                 union select 'email', email from providers where id = $3
                 union select 'phone', phone from providers where id = $3
                 union select 'name', contact_name from own
                 union select 'email', contact_email from own
                 union select 'phone', contact_phone from own
                 union select 'plate', plate from customer_vehicles where customer_id = any($2)
                 union select 'plate', vehicle_plate from roadside_bookings where booking_id in (select id from own))
             select kind, value,
                    exists (select from users o where o.id is distinct from $1 and m.value in (o.name, o.email, o.phone))
                    or exists (select from customers o where o.id <> all ($2) and m.value in (o.name, o.email, o.phone))
                    or exists (select from providers o where o.id is distinct from $3 and m.value in (o.name, o.email, o.phone))
                    or exists (select from bookings o where o.customer_id <> all ($2) and m.value in (o.contact_name, o.contact_email, o.contact_phone))
             from mine m where value is not null"
        ),
        subject
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(kind, value, shared)| (Identifier { kind, value }, shared)).collect())
}

/// What has to be looked at before somebody is erased.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Ties {
    /// Whether they are on the staff.
    pub works_in_office: bool,
    /// Whether nobody else could decide.
    pub is_last_administrator: bool,
    /// Whether they have a job.
    pub has_job: bool,
    /// Whether they have earned what isn't paid out.
    pub has_earnings: bool,
}

/// What holds a person here.
pub(super) async fn ties(db: &mut PgConnection, subject: &Subject) -> Result<Ties, AppError> {
    Ok(sqlx::query_as(
            "select exists (select from users where id = $1 and roles && '{staff,admin}') as works_in_office,
                    exists (select from users where id = $1 and 'admin' = any(roles))
                        and not exists (select from users where id <> $1 and 'admin' = any(roles) and status = 'active') as is_last_administrator,
                    exists (select from assignments where provider_id = $2 and state <> 'ended') as has_job,
                    exists (select from earnings where provider_id = $2 and status <> 'paid_out') as has_earnings",
    )
    .bind(subject.user)
    .bind(subject.provider)
    .fetch_one(db)
    .await?)
}

/// The bookings of a person that are still open.
pub(super) async fn open_bookings(
    db: &mut PgConnection,
    subject: &Subject,
) -> Result<Vec<(Id<Booking>, Reference, Phase)>, AppError> {
    Ok(sqlx::query_as(
        "select id, reference, phase from bookings
         where customer_id = any($1) and phase = any('{pending,confirmed,dispatched,in_progress}') order by id",
    )
    .bind(&subject.customers)
    .fetch_all(db)
    .await?)
}

/// A new erasure, of which the search is still to come.
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

/// The certificate that this secret opens.
pub(super) async fn find_by_token(db: &mut PgConnection, token: &Token) -> Result<Option<Certificate>, AppError> {
    Ok(sqlx::query_as(select_certificate!("where token_hash = $1")).bind(token.hash()).fetch_optional(db).await?)
}

/// The certificate of a customer, if they were erased.
pub(super) async fn find_by_customer(
    db: &mut PgConnection,
    customer: Id<Customer>,
) -> Result<Option<Certificate>, AppError> {
    Ok(sqlx::query_as(select_certificate!("where customer_id = $1 order by erased_at desc limit 1"))
        .bind(customer)
        .fetch_optional(db)
        .await?)
}

/// Takes identifiers out of everything that mentions them, save of what is kept. Says where.
pub(super) async fn redact(db: &mut PgConnection, needles: &Needles) -> Result<Vec<Place>, AppError> {
    let kept: Vec<&str> = map::HOLDS.iter().map(|hold| hold.place).collect();
    Ok(sqlx::query_as("select place, field, hits from app.redact_identifiers($1, $2, $3, $4, $5)")
        .bind(&needles.words)
        .bind(&needles.closed_up)
        .bind(&needles.patterns)
        .bind(&needles.replacements)
        .bind(kept)
        .fetch_all(db)
        .await?)
}

/// Searches everything for identifiers. Says where they are, and how many columns were searched.
pub(super) async fn search(db: &mut PgConnection, needles: &Needles) -> Result<(Vec<Place>, i64), AppError> {
    let rows: Vec<(Option<String>, Option<String>, i64)> =
        sqlx::query_as("select place, field, hits from app.find_identifiers($1, $2)")
            .bind(&needles.words)
            .bind(&needles.closed_up)
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

/// What a search found.
pub(super) struct Outcome {
    pub fields: i64,
    pub redacted: Vec<Place>,
    pub held: Vec<Place>,
    pub left_over: Vec<Place>,
}

/// Completes the certificate. What a second search took out is added to what the first did.
pub(super) async fn complete(db: &mut PgConnection, id: Id<Erasure>, outcome: &Outcome) -> Result<(), AppError> {
    sqlx::query(
        "update erasures set searched_at = app.now(), fields = $2, redacted = redacted || $3, held = $4, left_over = $5 where id = $1",
    )
    .bind(id)
    .bind(i32::try_from(outcome.fields).unwrap_or(i32::MAX))
    .bind(Json(&outcome.redacted))
    .bind(Json(&outcome.held))
    .bind(Json(&outcome.left_over))
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the links of old certificates.
pub(super) async fn close_links(db: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, AppError> {
    let closed = sqlx::query("update erasures set token_hash = null where erased_at < $1 and token_hash is not null");
    Ok(closed.bind(before).execute(db).await?.rows_affected())
}

/// Removes what is left of accounts erased long ago, where nothing points at them any more.
pub(super) async fn remove_shells(db: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, AppError> {
    Ok(sqlx::query(
        "delete from users u where u.erased_at < $1
           and not exists (select from payments p where p.confirmed_by = u.id)
           and not exists (select from payouts p where u.id in (p.created_by, p.paid_by))
           and not exists (select from invites i where u.id in (i.invited_by, i.accepted_by, i.revoked_by))",
    )
    .bind(before)
    .execute(db)
    .await?
    .rows_affected())
}

/// Removes records older than the law asks for. Says how many of what.
pub(super) async fn forget_records(
    db: &mut PgConnection,
    before: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, AppError> {
    Ok(sqlx::query_as("select object, gone from app.forget_records($1)").bind(before).fetch_all(db).await?)
}
