//! One job, as its provider sees it.

use chrono::{DateTime, Utc};
use engine::{Amount, Commission, Id, Phone, Reference};
use sqlx::{FromRow, PgConnection};

use super::sold::{pay_note, sold};
use crate::{
    bookings::{Booking, PaymentMethod, Phase},
    dispatch::Job,
    error::AppError,
    providers::Provider,
    verticals::{Sold, Vertical},
};

/// One of the bookings of a job, as its provider sees it.
#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct JobDetails {
    pub booking_id: Id<Booking>,
    pub reference: Reference,
    pub phase: Phase,
    pub service_name: String,
    pub vertical: Vertical,
    pub contact_name: String,
    pub contact_phone: Phone,
    pub notes: Option<String>,
    pub payment_method: PaymentMethod,
    /// Who pays instead of the customer.
    pub billed_to: Option<String>,
    /// Whether the provider sees no price.
    pub hides_price: bool,
    pub scheduled_at: Option<DateTime<Utc>>,
    pub owed: Amount,
    pub ceiling: Amount,
    #[sqlx(json)]
    pub sold: Vec<Sold>,
    /// What the job earned the provider, with all its bookings.
    pub earned: Option<Amount>,
    /// Cash that the provider keeps: it is deducted from their payout.
    pub cash: Option<Amount>,
}

impl JobDetails {
    /// How the earning depends on what is sold, if the commission is a percentage.
    pub fn pay_note(&self, commission: Commission) -> Option<String> {
        pay_note(self.vertical, &self.sold, commission)
    }
}

/// The bookings of a job: one, several, or none.
pub(in crate::portal) async fn job_details(
    db: &mut PgConnection,
    job: Id<Job>,
    provider: Id<Provider>,
) -> Result<Vec<JobDetails>, AppError> {
    Ok(sqlx::query_as(concat!(
        "select b.id as booking_id, b.reference, b.phase, s.name as service_name, s.vertical, b.contact_name, b.contact_phone, b.notes,
                b.payment_method, b.billed_to, b.hides_price, b.scheduled_at, price.owed, price.ceiling, ",
        sold!(),
        ",
                (select sum(e.amount)::bigint from earnings e
                 where e.tenant_id = jb.tenant_id and e.job_id = jb.job_id and e.provider_id = $2 and e.kind <> 'cash_kept') as earned,
                (select sum(p.amount)::bigint from payments p
                 where p.tenant_id = b.tenant_id and p.booking_id = b.id and p.received_by = $2 and p.method = 'cash'
                   and p.status in ('pending', 'confirmed')) as cash
         from job_bookings jb
         join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
         join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
         cross join lateral (
             select coalesce(sum(q.total_amount), 0)::bigint as owed, coalesce(sum(q.ceiling_amount) filter (where q.kind <> 'adjustment'), 0)::bigint as ceiling
             from quotes q where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.state = 'approved'
         ) price
         where jb.tenant_id = app.current_tenant() and jb.job_id = $1
         order by b.id limit 200"
    ))
    .bind(job)
    .bind(provider)
    .fetch_all(db)
    .await?)
}

/// The job in whose place a provider had this one, after one or several moves, if they have it now.
pub(in crate::portal) async fn kept_as(
    db: &mut PgConnection,
    job: Id<Job>,
    provider: Id<Provider>,
) -> Result<Option<Id<Job>>, AppError> {
    Ok(sqlx::query_scalar(
        "with recursive later as (
             select j.id from jobs j where j.tenant_id = app.current_tenant() and j.replaces = $1
             union
             select j.id from later l join jobs j on j.tenant_id = app.current_tenant() and j.replaces = l.id
         )
         select a.job_id from later l join assignments a on a.tenant_id = app.current_tenant() and a.job_id = l.id
         where a.provider_id = $2 and a.state <> 'ended'
         limit 1",
    )
    .bind(job)
    .bind(provider)
    .fetch_optional(db)
    .await?)
}

/// One of the people who are on a job.
#[derive(Debug, Clone, FromRow)]
pub(in crate::portal) struct Member {
    pub name: String,
    pub leads: bool,
}

/// The crew of a job, the lead first.
pub(in crate::portal) async fn crew(db: &mut PgConnection, job: Id<Job>) -> Result<Vec<Member>, AppError> {
    Ok(sqlx::query_as(
        "select p.name, a.leads from assignments a join providers p on (p.tenant_id, p.id) = (a.tenant_id, a.provider_id)
         where a.tenant_id = app.current_tenant() and a.job_id = $1 and a.state <> 'ended'
         order by a.leads desc, a.assigned_at, a.id",
    )
    .bind(job)
    .fetch_all(db)
    .await?)
}
