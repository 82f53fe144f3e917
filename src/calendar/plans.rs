//! Slots made ahead: each day, window or start in the hours of a resource or a service. All SQL on `slot_plans`.

use std::num::NonZeroU32;

use chrono::{Days, NaiveDate, TimeDelta};
use engine::{Id, SlotPlan, SlotPurpose, TimeSpan, opening::Without};
use sqlx::FromRow;

use super::{
    Resource,
    hours::{self, OpeningSubject},
    slots::{self, NewSlot, Slot, Subject},
};
use crate::{
    catalog::Service,
    db::Tx,
    error::AppError,
    server::App,
    tenants::{self, Tenant},
};

/// The scheduled task that makes the slots of another day.
pub const MAKE: &str = "calendar.slots";

/// How the slots of a subject are made.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct StoredPlan {
    pub id: Id<StoredPlan>,
    resource_id: Option<Id<Resource>>,
    service_id: Option<Id<Service>>,
    pub purpose: SlotPurpose,
    pub capacity: i32,
    pub min_units: i32,
    /// So long before its start it is decided whether enough have booked.
    pub decide_minutes: Option<i32>,
    /// The length of a window or of a start, which may be the service's.
    pub minutes: Option<i32>,
    pub ahead_days: i32,
    /// Slots up to this local day exist.
    pub made_until: Option<NaiveDate>,
}

impl StoredPlan {
    fn subject(&self) -> Option<(Subject, OpeningSubject)> {
        match (self.resource_id, self.service_id) {
            (Some(id), _) => Some((Subject::Resource(id), OpeningSubject::Resource(id))),
            (None, Some(id)) => Some((Subject::Service(id), OpeningSubject::Service(id))),
            (None, None) => None,
        }
    }

    /// `None` if it lacks the minutes that its purpose needs.
    fn plan(&self) -> Option<SlotPlan> {
        let minutes = self.minutes.and_then(|minutes| u32::try_from(minutes).ok()).and_then(NonZeroU32::new);
        match self.purpose {
            SlotPurpose::Day => Some(SlotPlan::Days),
            SlotPurpose::Window => Some(SlotPlan::Windows { minutes: minutes? }),
            SlotPurpose::Start => Some(SlotPlan::Starts { minutes: minutes? }),
            SlotPurpose::Seats => None,
        }
    }

    fn new_slot(&self, time: TimeSpan) -> NewSlot {
        let decide_by = self.decide_minutes.map(|minutes| time.starts_at - TimeDelta::minutes(minutes.into()));
        NewSlot { time, capacity: self.capacity, min_units: self.min_units, decide_by }
    }

    /// The last local day for which slots are made today.
    fn horizon(&self, today: NaiveDate) -> NaiveDate {
        today.checked_add_days(Days::new(self.ahead_days.unsigned_abs().into())).unwrap_or(today)
    }

    /// The times of the slots that should begin on these days.
    async fn times(
        &self,
        tx: &mut Tx,
        tenant: &Tenant,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<TimeSpan>, AppError> {
        let (Some((_, subject)), Some(plan)) = (self.subject(), self.plan()) else { return Ok(Vec::new()) };
        // Hours that began the day before may go on.
        let rules = hours::rules_of(tx, &[subject, OpeningSubject::Business], from - Days::new(1)).await?;
        let own = rules.hours(subject, Without::IsClosed);
        let business = rules.hours(OpeningSubject::Business, Without::IsOpen);
        let mut times = plan.slots(&own, tenant.zone, from..=to);
        times.retain(|time| match self.purpose {
            SlotPurpose::Day => !business.open(tenant.zone, *time).is_empty(),
            _ => business.covers(tenant.zone, *time),
        });
        Ok(times)
    }
}

/// The plans of a business.
async fn all(tx: &mut Tx) -> Result<Vec<StoredPlan>, AppError> {
    Ok(sqlx::query_as(
        "select p.id, p.resource_id, p.service_id, p.purpose, p.capacity, p.min_units, p.decide_minutes,
                coalesce(p.minutes, s.expected_minutes) as minutes, p.ahead_days, p.made_until
         from slot_plans p left join services s on (s.tenant_id, s.id) = (p.tenant_id, p.service_id)
         where p.tenant_id = app.current_tenant() order by p.id for no key update of p",
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Makes the slots of every business up to its horizons.
pub async fn make_all(app: App) -> Result<(), AppError> {
    tenants::for_each(&app.db, |tenant| make_of_tenant(app.clone(), tenant)).await.map(drop)
}

async fn make_of_tenant(app: App, tenant: Id<Tenant>) -> Result<u64, AppError> {
    let mut tx = app.db.begin_system(tenant).await?;
    let tenant = tenants::current(&mut tx).await?;
    let mut made = 0;
    for plan in all(&mut tx).await? {
        made += make(&mut tx, &tenant, &plan).await?;
    }
    tx.commit().await?;
    Ok(made)
}

/// Makes the slots of a plan from where it was made until, up to its horizon. Those that exist stay as they are.
async fn make(tx: &mut Tx, tenant: &Tenant, plan: &StoredPlan) -> Result<u64, AppError> {
    let today = tenant.zone.date(tx.now);
    let from = plan.made_until.and_then(|until| until.succ_opt()).map_or(today, |next| next.max(today));
    let to = plan.horizon(today);
    let Some((subject, _)) = plan.subject().filter(|_| from <= to) else { return Ok(0) };
    let times = plan.times(tx, tenant, from, to).await?;
    let new: Vec<_> = times.into_iter().map(|time| plan.new_slot(time)).collect();
    let made = slots::add(tx, subject, plan.purpose, &new).await?;
    sqlx::query("update slot_plans set made_until = $2 where tenant_id = app.current_tenant() and id = $1")
        .bind(plan.id)
        .bind(to)
        .execute(&mut **tx)
        .await?;
    Ok(made)
}

/// After the hours of a subject have changed: makes the slots ahead that the new hours have, and removes those that they don't have any more. Of these, the ones
/// with places taken are closed and returned, because somebody has to talk to their guests.
pub async fn renew(tx: &mut Tx, tenant: &Tenant, changed: OpeningSubject) -> Result<Vec<Slot>, AppError> {
    let mut left = Vec::new();
    for plan in all(tx).await? {
        let Some((subject, hours_of)) = plan.subject() else { continue };
        if changed == OpeningSubject::Business || changed == hours_of {
            left.extend(renew_plan(tx, tenant, &plan, subject).await?);
            make(tx, tenant, &plan).await?;
        }
    }
    Ok(left)
}

async fn renew_plan(tx: &mut Tx, tenant: &Tenant, plan: &StoredPlan, subject: Subject) -> Result<Vec<Slot>, AppError> {
    let today = tenant.zone.date(tx.now);
    let Some(until) = plan.made_until.filter(|until| *until >= today) else { return Ok(Vec::new()) };
    let times = plan.times(tx, tenant, today, until).await?;
    let ahead = TimeSpan { starts_at: tx.now, ends_at: tenant.zone.day_bounds(until).1 };
    let existing = slots::list(tx, subject, plan.purpose, ahead).await?;
    let obsolete: Vec<_> =
        existing.into_iter().filter(|slot| !times.iter().any(|time| time.starts_at == slot.starts_at)).collect();
    let new: Vec<_> = times.iter().filter(|time| time.starts_at >= tx.now).map(|time| plan.new_slot(*time)).collect();
    slots::add(tx, subject, plan.purpose, &new).await?;
    slots::remove(tx, obsolete).await
}
