use chrono::{DateTime, Utc};
use engine::{Amount, Id, Phone, Reference};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::{
    bookings::{Booking, Phase},
    db::paging::{Cursor, MOST_COUNTED, Order, Slice},
    error::AppError,
    ui::{Direction, Sort},
    verticals::{IfKnown, Vertical},
};

/// Maximum number of bookings that a search by words finds, the newest ones.
pub const MOST_FOUND: i64 = 200;

/// A text search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchTerms {
    /// The text as a reference, if it can be one, in any spelling; “Grant Park” could be one, too.
    reference: Option<Reference>,
    /// Words, parts of words, or digits of names, numbers, plates, addresses and e-mails, in any order.
    words: String,
}

impl SearchTerms {
    /// Parses the search text. A complete phone number, in any format, is searched as a whole.
    pub fn parse(text: &str, region: &str) -> Self {
        let reference: Option<Reference> = text.parse().ok();
        let phone = if reference.is_none() { Phone::parse(text, region).ok() } else { None };
        Self { reference, words: phone.map_or_else(|| text.to_owned(), |phone| phone.to_string()) }
    }
}

/// The filter and order of a list of bookings.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub wanted: Option<SearchTerms>,
    pub phase: Option<Phase>,
    /// Only bookings that the board shows under "later": scheduled after this time, or not completed by their customer.
    pub later_from: Option<DateTime<Utc>>,
    /// Created at or after this time.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// `created`, `customer` or `when`.
    pub sort: Sort,
}

/// When a booking is: the time it was made if it is for as soon as possible. As in the index of migration 0063.
const WHEN: &str = "case when f.scheduled_at is null then f.created_at else f.scheduled_at end";

/// A filter whose words have been looked up.
pub struct Narrowed<'a> {
    filter: &'a Filter,
    /// The bookings found by the words, if there are any.
    found: Option<Vec<Id<Booking>>>,
}

impl<'a> Narrowed<'a> {
    pub async fn by(db: &mut PgConnection, filter: &'a Filter) -> Result<Self, AppError> {
        let Some(SearchTerms { reference, words }) = &filter.wanted else { return Ok(Self { filter, found: None }) };
        let found = sqlx::query_scalar(
            "select app.search_bookings($1, $2) union all select r.id from bookings r where r.tenant_id = app.current_tenant() and r.reference = $3",
        )
        .bind(words)
        .bind(MOST_FOUND)
        .bind(reference.as_ref())
        .fetch_all(db)
        .await?;
        Ok(Self { filter, found: Some(found) })
    }

    /// Whether the words match more bookings than a search finds.
    pub fn is_cut(&self) -> bool {
        let found = self.found.as_ref().map_or(0, Vec::len);
        i64::try_from(found).is_ok_and(|found| found >= MOST_FOUND)
    }

    fn push_to(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(found) = &self.found {
            query.push(" and f.id = any(").push_bind(found.clone()).push(")");
        }
        if let Some(phase) = self.filter.phase {
            query.push(" and f.phase = ").push_bind(phase);
        }
        if let Some(later_from) = self.filter.later_from {
            query
                .push(" and (f.phase = 'pending' or (f.phase = 'confirmed' and f.scheduled_at > ")
                .push_bind(later_from)
                .push("))");
        }
        if let Some(from) = self.filter.from {
            query.push(" and f.created_at >= ").push_bind(from);
        }
        if let Some(until) = self.filter.until {
            query.push(" and f.created_at < ").push_bind(until);
        }
    }

    /// A page of these bookings. The cursor names a booking by its reference, so that links contain no personal data.
    pub async fn list(
        &self,
        db: &mut PgConnection,
        cursor: &Cursor<Reference>,
        limit: i64,
    ) -> Result<Slice<Listed>, AppError> {
        let at: Option<At> = match cursor.entry() {
            Some(reference) => {
                sqlx::query_as("select id, contact_name, created_at, scheduled_at from bookings where tenant_id = app.current_tenant() and reference = $1")
                    .bind(reference)
                    .fetch_optional(&mut *db)
                    .await?
            }
            None => None,
        };
        let cursor = cursor.with(at);
        let slice = self.slice(db, &cursor, limit).await?;
        if slice.needs_start(limit) { self.slice(db, &Cursor::Start, limit).await } else { Ok(slice) }
    }

    async fn slice(&self, db: &mut PgConnection, cursor: &Cursor<At>, limit: i64) -> Result<Slice<Listed>, AppError> {
        let mut query = QueryBuilder::<Postgres>::new(
            "with found as (select f.* from bookings f where f.tenant_id = app.current_tenant()",
        );
        self.push_to(&mut query);
        let descending = self.filter.sort.direction == Direction::Descending;
        let order = match self.filter.sort.key.as_str() {
            "customer" => {
                let order = Order { columns: ["f.contact_name collate \"und-x-icu\"", "f.id"], descending };
                order.push_beyond(&mut query, &cursor.map(|at| (at.contact_name.clone(), at.id)));
                order
            }
            "when" => {
                let order = Order { columns: [WHEN, "f.id"], descending };
                order.push_beyond(&mut query, &cursor.map(|at| (at.scheduled_at.unwrap_or(at.created_at), at.id)));
                order
            }
            key => {
                // The newest first, unless the address asks for the oldest.
                let order = Order { columns: ["f.created_at", "f.id"], descending: descending || key != "created" };
                order.push_beyond(&mut query, &cursor.map(|at| (at.created_at, at.id)));
                order
            }
        };
        order.push_to(&mut query, cursor);
        query.push(" limit ").push_bind(limit + 1);
        query.push(
            ")
             select f.id, f.reference, f.phase, f.contact_name, f.contact_phone, f.address, f.created_at, f.scheduled_at,
                    s.name as service, s.vertical, job.provider,
                    (select coalesce(sum(q.total_amount), 0)::bigint from quotes q
                     where q.tenant_id = f.tenant_id and q.booking_id = f.id and q.state = 'approved') as owed
             from found f
             join services s on s.tenant_id = f.tenant_id and s.id = f.service_id
             left join lateral (
                 select p.name as provider
                 from job_bookings jb
                 join jobs j on j.tenant_id = jb.tenant_id and j.id = jb.job_id and j.assigned_at is not null
                 join assignments a on a.tenant_id = j.tenant_id and a.job_id = j.id
                 join providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
                 where jb.tenant_id = f.tenant_id and jb.booking_id = f.id
                 order by a.state <> 'ended' desc, a.leads desc, a.assigned_at desc limit 1
             ) job on true",
        );
        order.push_to(&mut query, cursor);
        let rows = query.build_query_as().fetch_all(db).await?;
        Ok(Slice::of(cursor, rows, limit))
    }

    /// The number of bookings, counted up to the limit of lists.
    pub async fn count(&self, db: &mut PgConnection) -> Result<i64, AppError> {
        let mut query = QueryBuilder::<Postgres>::new(
            "select count(*) from (select from bookings f where f.tenant_id = app.current_tenant()",
        );
        self.push_to(&mut query);
        query.push(" limit ").push_bind(MOST_COUNTED + 1).push(") found");
        Ok(query.build_query_scalar().fetch_one(db).await?)
    }
}

/// The position of a booking in the list, in any order.
#[derive(Debug, Clone, FromRow)]
struct At {
    id: Id<Booking>,
    contact_name: String,
    created_at: DateTime<Utc>,
    scheduled_at: Option<DateTime<Utc>>,
}

/// A booking in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub id: Id<Booking>,
    pub reference: Reference,
    pub phase: Phase,
    pub contact_name: String,
    pub contact_phone: Phone,
    pub address: String,
    pub created_at: DateTime<Utc>,
    /// `None`: as soon as possible.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub service: String,
    /// `None` if only another version knows it.
    #[sqlx(try_from = "IfKnown")]
    pub vertical: Option<Vertical>,
    /// The provider who does or did it.
    pub provider: Option<String>,
    /// Sum of the approved quotes.
    pub owed: Amount,
}
