//! All SQL on `audit_log`.

use chrono::{DateTime, Utc};
use engine::{Id, Reference};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Json};
use uuid::Uuid;

use super::model::{Entry, Names};
use crate::{
    db::paging::{Cursor, MOST_COUNTED, Order, Slice},
    error::AppError,
    identity::User,
};

/// Records an action of the transaction's actor that changes no row of a business table: `sign_in`, `export`, … `object` is a table and the id of a
/// row. `details` must not contain personal values: they are shown unchanged, for years.
pub async fn event(
    db: &mut PgConnection,
    action: &str,
    object: Option<(&str, Uuid)>,
    details: Value,
) -> Result<(), AppError> {
    sqlx::query("select app.audit_event($1, $2, $3, $4)")
        .bind(action)
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Everything that isn't a change of a row: sign-ins, exports, lock-outs.
    Security,
    Of(String),
}

/// The newest first.
const ORDER: Order = Order { columns: ["at", "id"], descending: true };

/// The position of an entry in the list.
type At = (DateTime<Utc>, Uuid);

impl Filter {
    /// Appends all conditions except the person.
    fn push_to(&self, query: &mut QueryBuilder<Postgres>) {
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

    /// Appends the first of these entries beyond the cursor. Actions by a person and actions on their account are each read through an index.
    fn push_first(&self, query: &mut QueryBuilder<Postgres>, cursor: &Cursor<At>, most: i64) {
        let Some(person) = self.person else { return self.push_part(query, cursor, most, |_| ()) };
        query.push("select * from (");
        self.push_part(query, cursor, most, |query| {
            query.push(" and person = ").push_bind(person);
        });
        query.push(" union all ");
        self.push_part(query, cursor, most, |query| {
            query.push(" and object = 'users' and object_id = ").push_bind(person);
            query.push(" and person is distinct from ").push_bind(person);
        });
        query.push(") either");
        ORDER.push_to(query, cursor);
        query.push(" limit ").push_bind(most);
    }

    fn push_part(
        &self,
        query: &mut QueryBuilder<Postgres>,
        cursor: &Cursor<At>,
        most: i64,
        narrow: impl FnOnce(&mut QueryBuilder<Postgres>),
    ) {
        query.push("(select id, at, actor, person, action, object, object_id, changes, request_id, address from audit_log where tenant_id = app.current_tenant()");
        narrow(query);
        self.push_to(query);
        ORDER.push_beyond(query, cursor);
        ORDER.push_to(query, cursor);
        query.push(" limit ").push_bind(most).push(")");
    }

    async fn slice(&self, db: &mut PgConnection, cursor: &Cursor<At>, limit: i64) -> Result<Slice<Entry>, AppError> {
        let mut query = QueryBuilder::new("");
        self.push_first(&mut query, cursor, limit + 1);
        let rows = query.build_query_as().fetch_all(db).await?;
        Ok(Slice::of(cursor, rows, limit))
    }
}

/// A page of the entries that match the filter, the newest first.
pub async fn list(
    db: &mut PgConnection,
    filter: &Filter,
    cursor: Cursor<Uuid>,
    limit: i64,
) -> Result<Slice<Entry>, AppError> {
    let at = match cursor.entry() {
        Some(id) => {
            sqlx::query_as("select at, id from audit_log where tenant_id = app.current_tenant() and id = $1")
                .bind(id)
                .fetch_optional(&mut *db)
                .await?
        }
        None => None,
    };
    let slice = filter.slice(db, &cursor.with(at), limit).await?;
    if slice.needs_start(limit) { filter.slice(db, &Cursor::Start, limit).await } else { Ok(slice) }
}

/// Number of entries that match the filter, up to the maximum.
pub async fn count(db: &mut PgConnection, filter: &Filter) -> Result<i64, AppError> {
    let mut query = QueryBuilder::new("select count(*) from (");
    filter.push_first(&mut query, &Cursor::Start, MOST_COUNTED + 1);
    query.push(") found");
    Ok(query.build_query_scalar().fetch_one(db).await?)
}

/// The account with this e-mail, whatever its status.
pub async fn person_by_email(db: &mut PgConnection, email: &str) -> Result<Option<Id<User>>, AppError> {
    let id = sqlx::query_scalar("select id from users where tenant_id = app.current_tenant() and email = $1")
        .bind(email.trim().to_lowercase())
        .fetch_optional(db)
        .await?;
    Ok(id)
}

/// The booking with this reference.
pub async fn booking_by_reference(db: &mut PgConnection, reference: &Reference) -> Result<Option<Uuid>, AppError> {
    let id = sqlx::query_scalar("select id from bookings where tenant_id = app.current_tenant() and reference = $1")
        .bind(reference)
        .fetch_optional(db)
        .await?;
    Ok(id)
}

/// The current names of the people and things in some entries, and of the bookings or people that these belong to.
pub async fn names(db: &mut PgConnection, entries: &[Entry]) -> Result<Names, AppError> {
    let people = entries.iter().filter_map(|entry| entry.person.map(Uuid::from));
    let things = entries.iter().flat_map(|entry| entry.object_id.into_iter().chain(entry.ids()));
    let ids: Vec<Uuid> = people.chain(things).collect();
    let names = sqlx::query_as::<_, (Uuid, String)>(
        "with booked (id, booking_id) as (
             select job_id, booking_id from job_bookings where tenant_id = app.current_tenant() and job_id = any ($1)
             union all select id, booking_id from quotes where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, booking_id from payments where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, booking_id from earnings where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, booking_id from reviews where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, booking_id from staff_alerts where tenant_id = app.current_tenant() and id = any ($1)
         ), done (id, provider_id) as (
             select id, provider_id from payouts where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, provider_id from offers where tenant_id = app.current_tenant() and id = any ($1)
             union all select id, provider_id from assignments where tenant_id = app.current_tenant() and id = any ($1)
         )
         select id, name from users where tenant_id = app.current_tenant() and id = any ($1)
         union all select id, name from providers where tenant_id = app.current_tenant() and id = any ($1)
         union all select id, name from customers where tenant_id = app.current_tenant() and id = any ($1)
         union all select id, name from services where tenant_id = app.current_tenant() and id = any ($1)
         union all select id, reference from bookings where tenant_id = app.current_tenant() and id = any ($1)
         union all select booked.id, b.reference from booked join bookings b on b.tenant_id = app.current_tenant() and b.id = booked.booking_id
         union all select done.id, p.name from done join providers p on p.tenant_id = app.current_tenant() and p.id = done.provider_id
         union all select r.id, s.name from prices r join services s on (s.tenant_id, s.id) = (r.tenant_id, r.service_id) where r.tenant_id = app.current_tenant() and r.id = any ($1)",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    Ok(names.into_iter().collect())
}
