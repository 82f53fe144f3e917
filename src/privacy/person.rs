//! A person's rows across features: exported and erased as [`super::map`] says.

use engine::{Id, Reference};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, FromRow, PgConnection, types::Json};
use uuid::Uuid;

use super::{
    identifiers::{Identifier, IdentifierKind},
    map::{self, Fate, Held, all_held},
    subject::Subject,
};
use crate::{
    bookings::{Booking, Phase},
    error::AppError,
    verticals::Vertical,
};

/// Binds the person's ids as `$1`, `$2` and `$3`.
macro_rules! of {
    ($query:expr, $subject:expr) => {
        $query.bind($subject.user).bind(&$subject.customers).bind($subject.provider)
    };
}

/// All data of a person, by the names of the map.
pub(super) async fn export(db: &mut PgConnection, subject: &Subject) -> Result<Value, AppError> {
    let parts: Vec<String> = all_held()
        .map(|Held { name, table, whose, hidden, .. }| {
            format!(
                "select '{name}' as name, coalesce(jsonb_agg(to_jsonb(t) - $4::text[]), '[]') as rows from {table} t
                 where t.tenant_id = app.current_tenant() and ({whose}) and not ({hidden})"
            )
        })
        .collect();
    // One row for each entry: a function takes at most 100 arguments.
    let sql = format!("select jsonb_object_agg(held.name, held.rows) from ({}) held", parts.join(" union all "));
    let Json(found) = of!(sqlx::query_scalar::<_, Json<Value>>(AssertSqlSafe(typed(&sql))), subject)
        .bind(map::secrets())
        .fetch_one(db)
        .await?;
    Ok(found)
}

/// Gives the statement the types of its parameters, which it may then use in any order or not at all.
fn typed(sql: &str) -> String {
    sql.replace("$1", "$1::uuid").replace("$2", "$2::uuid[]").replace("$3", "$3::uuid")
}

/// The result of erasing a person's rows.
pub(super) struct Forgotten {
    /// How many rows were emptied or deleted, by table.
    pub rows: Map<String, Value>,
    /// The ids of these rows, of all tables.
    pub ids: Vec<Uuid>,
}

/// Empties and deletes rows as the map says.
pub(super) async fn forget(db: &mut PgConnection, subject: &Subject) -> Result<Forgotten, AppError> {
    let mut forgotten = Map::new();
    let (objects, bookings) = rows_of(db, subject).await?;
    for Held { table, whose, fate, .. } in all_held() {
        let sql = match fate {
            Fate::Emptied(columns) => {
                format!("update {table} t set {columns} where t.tenant_id = app.current_tenant() and ({whose})")
            }
            Fate::Deleted => format!("delete from {table} t where t.tenant_id = app.current_tenant() and ({whose})"),
            Fate::Kept(_) => continue,
        };
        // Every statement must refer to every parameter, even if it has no effect.
        let sql = format!("{sql} and (($1, $2, $3) is null or true)");
        let rows = of!(sqlx::query(AssertSqlSafe(typed(&sql))), subject).execute(&mut *db).await?.rows_affected();
        count(&mut forgotten, table, rows);
    }
    let events: i64 = sqlx::query_scalar("select app.forget_events($1)").bind(&bookings).fetch_one(&mut *db).await?;
    count(&mut forgotten, "booking_events", events.unsigned_abs());
    let changes: i64 = sqlx::query_scalar("select app.forget_changes($1, $2)")
        .bind(&objects)
        .bind(map::personal())
        .fetch_one(db)
        .await?;
    count(&mut forgotten, "audit_log", changes.unsigned_abs());
    Ok(Forgotten { rows: forgotten, ids: objects })
}

fn count(forgotten: &mut Map<String, Value>, table: &str, rows: u64) {
    if rows > 0 {
        let before = forgotten.get(table).and_then(Value::as_u64).unwrap_or_default();
        forgotten.insert(table.to_owned(), (before + rows).into());
    }
}

/// The ids of a person's rows, of all tables whose changes are forgotten, and of their bookings.
async fn rows_of(db: &mut PgConnection, subject: &Subject) -> Result<(Vec<Uuid>, Vec<Uuid>), AppError> {
    let parts: Vec<String> = all_held()
        .filter(|held| held.has_changes)
        .map(|Held { table, whose, .. }| {
            format!("select t.id from {table} t where t.tenant_id = app.current_tenant() and ({whose})")
        })
        .collect();
    let sql = format!(
        "select array({}), array(select id from bookings where tenant_id = app.current_tenant() and customer_id = any($2))",
        parts.join(" union ")
    );
    Ok(of!(sqlx::query_as(AssertSqlSafe(typed(&sql))), subject).fetch_one(db).await?)
}

/// A person's identifiers in this tenant.
pub(super) async fn identifiers(db: &mut PgConnection, subject: &Subject) -> Result<Vec<Identifier>, AppError> {
    let mut rows: Vec<(IdentifierKind, String)> = of!(
        sqlx::query_as(
            "with own as (select id, contact_name, contact_email, contact_phone from bookings where tenant_id = app.current_tenant() and customer_id = any($2)),
             mine as (
                 select 'name' as kind, name as value from users where tenant_id = app.current_tenant() and id = $1
                 union select 'email', email from users where tenant_id = app.current_tenant() and id = $1
                 union select 'phone', phone from users where tenant_id = app.current_tenant() and id = $1
                 union select 'name', name from customers where tenant_id = app.current_tenant() and id = any($2)
                 union select 'email', email from customers where tenant_id = app.current_tenant() and id = any($2)
                 union select 'phone', phone from customers where tenant_id = app.current_tenant() and id = any($2)
                 union select 'name', name from providers where tenant_id = app.current_tenant() and id = $3
                 union select 'email', email from providers where tenant_id = app.current_tenant() and id = $3
                 union select 'phone', phone from providers where tenant_id = app.current_tenant() and id = $3
                 union select 'name', contact_name from own
                 union select 'email', contact_email from own
                 union select 'phone', contact_phone from own
                 union select 'plate', plate from customer_vehicles where tenant_id = app.current_tenant() and customer_id = any($2))
             select kind, value from mine where value is not null"
        ),
        subject
    )
    .fetch_all(&mut *db)
    .await?;
    for statement in Vertical::ALL.iter().filter_map(|kind| kind.identifiers()) {
        rows.extend(sqlx::query_as(statement).bind(&subject.customers).fetch_all(&mut *db).await?);
    }
    Ok(rows.into_iter().map(|(kind, value)| Identifier { kind, value }).collect())
}

/// Facts to check before a person is erased.
#[derive(Debug, Clone, FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, read in one query")]
pub(super) struct Ties {
    pub works_in_office: bool,
    /// Whether they are the only administrator.
    pub is_last_administrator: bool,
    pub has_job: bool,
    pub has_earnings: bool,
}

pub(super) async fn ties(db: &mut PgConnection, subject: &Subject) -> Result<Ties, AppError> {
    Ok(sqlx::query_as(
            "select exists (select from users where tenant_id = app.current_tenant() and id = $1 and roles && '{staff,admin}') as works_in_office,
                    exists (select from users where tenant_id = app.current_tenant() and id = $1 and 'admin' = any(roles))
                        and not exists (select from users where tenant_id = app.current_tenant() and id <> $1 and 'admin' = any(roles) and status = 'active') as is_last_administrator,
                    exists (select from assignments where tenant_id = app.current_tenant() and provider_id = $2 and state <> 'ended') as has_job,
                    exists (select from earnings where tenant_id = app.current_tenant() and provider_id = $2 and status <> 'paid_out') as has_earnings",
    )
    .bind(subject.user)
    .bind(subject.provider)
    .fetch_one(db)
    .await?)
}

pub(super) async fn open_bookings(
    db: &mut PgConnection,
    subject: &Subject,
) -> Result<Vec<(Id<Booking>, Reference, Phase)>, AppError> {
    Ok(sqlx::query_as(
        "select id, reference, phase from bookings
         where tenant_id = app.current_tenant() and customer_id = any($1) and phase = any('{pending,confirmed,dispatched,in_progress}') order by id",
    )
    .bind(&subject.customers)
    .fetch_all(db)
    .await?)
}
