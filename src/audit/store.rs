//! All SQL on `audit_log`.

use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Json};
use uuid::Uuid;

use super::model::{Entry, Names};
use crate::{error::AppError, identity::User};

/// How far back a list is paged. What is older is found by its time.
pub const DEEPEST: i64 = 10_000;

/// Records an action of the transaction's actor that changes no row of a business table: `sign_in`, `export`, … `object` is a table and the id of a
/// row. `details` must not contain personal values: they are shown unchanged, for years.
pub async fn event(
    db: &mut PgConnection,
    deed: &str,
    object: Option<(&str, Uuid)>,
    details: Value,
) -> Result<(), AppError> {
    sqlx::query("select app.audit_event($1, $2, $3, $4)")
        .bind(deed)
        .bind(object.map(|(table, _)| table))
        .bind(object.map(|(_, id)| id))
        .bind(Json(details))
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets the addresses of entries older than half a year; says how many.
pub async fn forget_addresses(db: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.audit_forget_addresses($1)").bind(now).fetch_one(db).await?)
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Done by this account, or to it.
    pub person: Option<Id<User>>,
    /// Done to such a thing.
    pub object: Option<String>,
    /// Done to this very thing.
    pub object_id: Option<Uuid>,
    pub action: Option<Action>,
    /// At or after this moment.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// A kind of action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Everything that is no change of a row: sign-ins, exports, lock-outs.
    Security,
    Of(String),
}

impl Filter {
    fn push_to(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(person) = self.person {
            query.push(" and (person = ").push_bind(person);
            query.push(" or (object = 'users' and object_id = ").push_bind(person).push("))");
        }
        if let Some(object) = &self.object {
            query.push(" and object = ").push_bind(object.clone());
        }
        if let Some(id) = self.object_id {
            query.push(" and object_id = ").push_bind(id);
        }
        match &self.action {
            Some(Action::Security) => {
                query.push(" and action not in ('insert', 'update', 'delete')");
            }
            Some(Action::Of(code)) => {
                query.push(" and action = ").push_bind(code.clone());
            }
            None => {}
        }
        if let Some(from) = self.from {
            query.push(" and at >= ").push_bind(from);
        }
        if let Some(until) = self.until {
            query.push(" and at < ").push_bind(until);
        }
    }
}

/// A part of the entries the filter finds, the newest first.
pub async fn list(db: &mut PgConnection, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Entry>, AppError> {
    let mut query = QueryBuilder::new(
        "select at, actor, person, action, object, object_id, changes, request_id, address from audit_log where true",
    );
    filter.push_to(&mut query);
    query.push(" order by at desc, id desc limit ").push_bind(limit).push(" offset ").push_bind(offset);
    Ok(query.build_query_as().fetch_all(db).await?)
}

/// How many entries the filter finds, counted as far as lists are paged.
pub async fn count(db: &mut PgConnection, filter: &Filter) -> Result<i64, AppError> {
    let mut query = QueryBuilder::new("select count(*) from (select from audit_log where true");
    filter.push_to(&mut query);
    query.push(" limit ").push_bind(DEEPEST).push(") found");
    Ok(query.build_query_scalar().fetch_one(db).await?)
}

/// The account with this e-mail, whatever its status.
pub async fn person_by_email(db: &mut PgConnection, email: &str) -> Result<Option<Id<User>>, AppError> {
    let id = sqlx::query_scalar("select id from users where email = $1")
        .bind(email.trim().to_lowercase())
        .fetch_optional(db)
        .await?;
    Ok(id)
}

/// The booking people call by this reference.
pub async fn booking_by_reference(db: &mut PgConnection, reference: &Reference) -> Result<Option<Uuid>, AppError> {
    let id =
        sqlx::query_scalar("select id from bookings where reference = $1").bind(reference).fetch_optional(db).await?;
    Ok(id)
}

/// What the people and things of some entries are called today, and the bookings or people that others belong to.
pub async fn names(db: &mut PgConnection, entries: &[Entry]) -> Result<Names, AppError> {
    let people = entries.iter().filter_map(|entry| entry.person.map(Uuid::from));
    let things = entries.iter().flat_map(|entry| entry.object_id.into_iter().chain(entry.ids()));
    let ids: Vec<Uuid> = people.chain(things).collect();
    let names = sqlx::query_as::<_, (Uuid, String)>(
        "with booked (id, booking_id) as (
             select job_id, booking_id from job_bookings where job_id = any ($1)
             union all select id, booking_id from quotes where id = any ($1)
             union all select id, booking_id from payments where id = any ($1)
             union all select id, booking_id from earnings where id = any ($1)
             union all select id, booking_id from reviews where id = any ($1)
             union all select id, booking_id from staff_alerts where id = any ($1)
         ), done (id, provider_id) as (
             select id, provider_id from payouts where id = any ($1)
             union all select id, provider_id from offers where id = any ($1)
             union all select id, provider_id from assignments where id = any ($1)
         )
         select id, name from users where id = any ($1)
         union all select id, name from providers where id = any ($1)
         union all select id, name from customers where id = any ($1)
         union all select id, name from services where id = any ($1)
         union all select id, reference from bookings where id = any ($1)
         union all select booked.id, b.reference from booked join bookings b on b.id = booked.booking_id
         union all select done.id, p.name from done join providers p on p.id = done.provider_id
         union all select r.id, s.name from prices r join services s on s.id = r.service_id where r.id = any ($1)",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    Ok(names.into_iter().collect())
}
