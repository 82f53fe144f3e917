//! All SQL on `audit_log`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Json};
use uuid::Uuid;

use super::model::Entry;
use crate::{error::AppError, identity::User};

/// Maximum number of entries paged. Older ones are found by their date.
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

/// Deletes the addresses of entries older than half a year; returns their number.
pub async fn forget_addresses(db: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.audit_forget_addresses($1)").bind(now).fetch_one(db).await?)
}

/// The filter of a list of entries.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Actions by this account, or on it.
    pub person: Option<Id<User>>,
    /// Actions on this kind of object.
    pub object: Option<String>,
    /// Actions on this object.
    pub object_id: Option<Uuid>,
    pub action: Option<Action>,
    /// At or after this time.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// A kind of action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Everything that isn't a change of a row: sign-ins, exports, lock-outs.
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

/// A page of the entries that match the filter, the newest first.
pub async fn list(db: &mut PgConnection, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Entry>, AppError> {
    let mut query = QueryBuilder::new(
        "select at, actor, person, action, object, object_id, changes, request_id, address from audit_log where true",
    );
    filter.push_to(&mut query);
    query.push(" order by at desc, id desc limit ").push_bind(limit).push(" offset ").push_bind(offset);
    Ok(query.build_query_as().fetch_all(db).await?)
}

/// Number of entries that match the filter, up to the maximum.
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

/// The booking with this reference.
pub async fn booking_by_reference(db: &mut PgConnection, reference: &Reference) -> Result<Option<Uuid>, AppError> {
    let id =
        sqlx::query_scalar("select id from bookings where reference = $1").bind(reference).fetch_optional(db).await?;
    Ok(id)
}

/// The current names of the people and objects of some entries, by id.
pub async fn names(db: &mut PgConnection, entries: &[Entry]) -> Result<HashMap<Uuid, String>, AppError> {
    let people = entries.iter().filter_map(|entry| entry.person.map(Uuid::from));
    let ids: Vec<Uuid> = people.chain(entries.iter().filter_map(|entry| entry.object_id)).collect();
    let names = sqlx::query_as::<_, (Uuid, String)>(
        "select id, name from users where id = any ($1)
         union all select id, name from providers where id = any ($1)
         union all select id, name from customers where id = any ($1)
         union all select id, name from services where id = any ($1)
         union all select id, reference from bookings where id = any ($1)",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    Ok(names.into_iter().collect())
}
