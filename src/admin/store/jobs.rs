use chrono::{DateTime, Utc};
use engine::Id;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::{
    db::paging::{Cursor, MOST_COUNTED, Order, Slice},
    dispatch::{Job, JobState},
    error::AppError,
    verticals::{IfKnown, Vertical, name_of_job},
};

engine::codes! {
    /// Which published jobs a list shows.
    pub enum Shown ("part of the list of jobs") {
        /// Those that aren't over, also if their time has passed.
        Ahead = "ahead",
        Past = "past",
        Cancelled = "cancelled",
    }
}

impl Shown {
    /// The condition of its index.
    const fn condition(self) -> &'static str {
        match self {
            Self::Ahead => " and f.state not in ('done', 'unsuccessful', 'cancelled')",
            Self::Past => " and f.state in ('done', 'unsuccessful')",
            Self::Cancelled => " and f.state = 'cancelled'",
        }
    }

    /// The next one first, of those that are over the last one.
    const fn order(self) -> Order {
        Order { columns: ["f.window_start", "f.id"], descending: !matches!(self, Self::Ahead) }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub shown: Shown,
    /// Planned for this time or later.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// A published job in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub id: Id<Job>,
    service: Option<String>,
    #[sqlx(try_from = "IfKnown")]
    vertical: Option<Vertical>,
    kind: String,
    pub state: JobState,
    pub address: String,
    pub destination_address: Option<String>,
    pub window_start: DateTime<Utc>,
    pub staff_needed: i32,
    pub search_exhausted_at: Option<DateTime<Utc>>,
    pub bookings: i64,
    /// Sum of the bookings' units.
    pub people: i64,
    /// Those who are on it or did it, the lead first.
    pub crew: Vec<String>,
}

impl Listed {
    /// The name of its service, or else what its kind of business calls it.
    pub fn name(&self) -> String {
        self.service.clone().unwrap_or_else(|| name_of_job(self.vertical, &self.kind).to_owned())
    }
}

impl Filter {
    fn push_to(self, query: &mut QueryBuilder<Postgres>) {
        query.push(" where f.tenant_id = app.current_tenant() and f.is_published").push(self.shown.condition());
        if let Some(from) = self.from {
            query.push(" and f.window_start >= ").push_bind(from);
        }
        if let Some(until) = self.until {
            query.push(" and f.window_start < ").push_bind(until);
        }
    }

    async fn slice(
        self,
        db: &mut PgConnection,
        cursor: &Cursor<(DateTime<Utc>, Id<Job>)>,
        limit: i64,
    ) -> Result<Slice<Listed>, AppError> {
        let order = self.shown.order();
        let mut query = QueryBuilder::<Postgres>::new("with found as (select f.* from jobs f");
        self.push_to(&mut query);
        order.push_beyond(&mut query, cursor);
        order.push_to(&mut query, cursor);
        query.push(" limit ").push_bind(limit + 1);
        query.push(
            ")
             select f.id, s.name as service, f.vertical, f.kind, f.state, f.address, f.destination_address, f.window_start, f.staff_needed,
                    f.search_exhausted_at, aboard.bookings, aboard.people, doing.crew
             from found f
             left join services s on s.tenant_id = f.tenant_id and s.slug = f.kind
             cross join lateral (
                 select count(*) as bookings, coalesce(sum(b.units), 0)::bigint as people
                 from job_bookings jb join bookings b on b.tenant_id = jb.tenant_id and b.id = jb.booking_id
                 where jb.tenant_id = f.tenant_id and jb.job_id = f.id
             ) aboard
             cross join lateral (
                 select coalesce(array_agg(p.name order by a.leads desc, a.assigned_at, a.id), '{}') as crew
                 from assignments a join providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
                 where a.tenant_id = f.tenant_id and a.job_id = f.id and (a.state <> 'ended' or (f.state = 'done' and a.end_reason is null))
             ) doing",
        );
        order.push_to(&mut query, cursor);
        let rows = query.build_query_as().fetch_all(db).await?;
        Ok(Slice::of(cursor, rows, limit))
    }
}

/// A page of the published jobs that match the filter.
pub async fn list(
    db: &mut PgConnection,
    filter: Filter,
    cursor: Cursor<Id<Job>>,
    limit: i64,
) -> Result<Slice<Listed>, AppError> {
    let at = match cursor.entry() {
        Some(id) => {
            sqlx::query_as("select window_start, id from jobs where tenant_id = app.current_tenant() and id = $1")
                .bind(id)
                .fetch_optional(&mut *db)
                .await?
        }
        None => None,
    };
    let cursor = cursor.with(at);
    let slice = filter.slice(db, &cursor, limit).await?;
    if slice.needs_start(limit) { filter.slice(db, &Cursor::Start, limit).await } else { Ok(slice) }
}

/// The number of published jobs that match the filter, counted up to the limit of lists.
pub async fn count(db: &mut PgConnection, filter: Filter) -> Result<i64, AppError> {
    let mut query = QueryBuilder::<Postgres>::new("select count(*) from (select from jobs f");
    filter.push_to(&mut query);
    query.push(" limit ").push_bind(MOST_COUNTED + 1).push(") found");
    Ok(query.build_query_scalar().fetch_one(db).await?)
}
