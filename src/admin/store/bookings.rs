use chrono::{DateTime, Utc};
use engine::{Amount, Phone, Reference};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::{
    bookings::Phase,
    error::AppError,
    ui::{Direction, Sort},
};

/// Maximum number of bookings paged and counted. Older ones are found by searching.
pub const DEEPEST: i64 = 10_000;

/// Maximum number of results of a text search, the newest ones.
pub const MOST_FOUND: i64 = 1_000;

/// A text search.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The text as a reference, if it may be one, in any spelling; “Grant Park” has the letters of one, too.
    reference: Option<Reference>,
    /// Words, parts of words, or digits of names, numbers, plates, addresses and e-mails, in any order.
    words: String,
}

impl Wanted {
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
    /// Found by what was typed.
    pub wanted: Option<Wanted>,
    pub phase: Option<Phase>,
    /// Made at or after this time.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// `created` or `customer`.
    pub sort: Sort,
}

impl Filter {
    fn push_to(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(Wanted { reference, words }) = &self.wanted {
            query.push(" and b.id in (select app.search_bookings(").push_bind(words);
            query.push(", ").push_bind(MOST_FOUND).push(")");
            if let Some(reference) = reference {
                query.push(" union all select r.id from bookings r where r.reference = ").push_bind(reference);
            }
            query.push(")");
        }
        if let Some(phase) = self.phase {
            query.push(" and b.phase = ").push_bind(phase);
        }
        if let Some(from) = self.from {
            query.push(" and b.created_at >= ").push_bind(from);
        }
        if let Some(until) = self.until {
            query.push(" and b.created_at < ").push_bind(until);
        }
    }
}

/// A booking in the list.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub reference: Reference,
    pub phase: Phase,
    /// The person on site.
    pub contact_name: String,
    pub contact_phone: Phone,
    pub address: String,
    pub created_at: DateTime<Utc>,
    /// When it is for; as soon as possible if none.
    pub scheduled_at: Option<DateTime<Utc>>,
    pub service: String,
    /// The provider who does or did it.
    pub provider: Option<String>,
    /// Sum of the approved quotes.
    pub owed: Amount,
}

/// A page of the bookings that match the filter.
pub async fn list(db: &mut PgConnection, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Listed>, AppError> {
    let mut query = QueryBuilder::<Postgres>::new(
        "with found as (
             select b.tenant_id, b.id, b.reference, b.phase, b.contact_name, b.contact_phone, b.address, b.created_at, b.scheduled_at, b.service_id
             from bookings b where true",
    );
    filter.push_to(&mut query);
    let order = match (filter.sort.key.as_str(), filter.sort.direction) {
        ("customer", Direction::Ascending) => "contact_name collate \"und-x-icu\", reference",
        ("customer", Direction::Descending) => "contact_name collate \"und-x-icu\" desc, reference desc",
        ("created", Direction::Ascending) => "created_at, reference",
        _ => "created_at desc, reference desc",
    };
    query.push(" order by ").push(order).push(" limit ").push_bind(limit).push(" offset ").push_bind(offset);
    query.push(
        ")
         select f.reference, f.phase, f.contact_name, f.contact_phone, f.address, f.created_at, f.scheduled_at,
                s.name as service, job.provider,
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
             order by a.state <> 'ended' desc, a.assigned_at desc limit 1
         ) job on true
         order by ",
    );
    query.push(order);
    Ok(query.build_query_as().fetch_all(db).await?)
}

/// Number of bookings that match the filter, up to the maximum.
pub async fn count(db: &mut PgConnection, filter: &Filter) -> Result<i64, AppError> {
    let mut query = QueryBuilder::<Postgres>::new("select count(*) from (select from bookings b where true");
    filter.push_to(&mut query);
    query.push(" limit ").push_bind(DEEPEST).push(") found");
    Ok(query.build_query_scalar().fetch_one(db).await?)
}
