//! When the business, a resource or a service is open. All SQL on `opening_rules`.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use engine::{
    Id, Recurrence,
    opening::{Hours, OpeningKind, OpeningRule, Without},
};
use sqlx::{FromRow, PgConnection};

use super::Resource;
use crate::{catalog::Service, error::AppError, identity::User};

/// Whose hours they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpeningSubject {
    Business,
    Resource(Id<Resource>),
    Service(Id<Service>),
}

impl OpeningSubject {
    /// The two columns of a rule, of which at most one is set: resource, service.
    const fn columns(self) -> (Option<Id<Resource>>, Option<Id<Service>>) {
        match self {
            Self::Business => (None, None),
            Self::Resource(id) => (Some(id), None),
            Self::Service(id) => (None, Some(id)),
        }
    }
}

engine::codes! {
    /// Why somebody is away.
    pub enum AwayReason ("reason for time off") { Vacation = "vacation", Sick = "sick", Training = "training", Other = "other" }
}

/// A rule as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    pub rule: OpeningRule,
    pub reason: Option<AwayReason>,
    pub note: Option<String>,
}

/// A rule that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    pub id: Id<StoredRule>,
    pub rule: OpeningRule,
    pub reason: Option<AwayReason>,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    resource_id: Option<Id<Resource>>,
    service_id: Option<Id<Service>>,
    id: Id<StoredRule>,
    kind: OpeningKind,
    first_day: NaiveDate,
    starts_minute: i16,
    minutes: i32,
    recurrence: Option<String>,
    reason: Option<AwayReason>,
    note: Option<String>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<(OpeningSubject, StoredRule), AppError> {
        let subject = match (self.resource_id, self.service_id) {
            (Some(id), _) => OpeningSubject::Resource(id),
            (None, Some(id)) => OpeningSubject::Service(id),
            (None, None) => OpeningSubject::Business,
        };
        let recurrence = self.recurrence.as_deref().map(str::parse::<Recurrence>).transpose();
        let rule = recurrence.ok().and_then(|recurrence| {
            OpeningRule::new(self.kind, self.first_day, self.starts_minute, self.minutes, recurrence).ok()
        });
        let Some(rule) = rule else {
            return Err(AppError::internal(&format!("the opening rule {} can't be read", self.id)));
        };
        let Self { id, reason, note, created_at, .. } = self;
        Ok((subject, StoredRule { id, rule, reason, note, created_at }))
    }
}

/// The rules of the business, of these resources and of these services that touch `from` or a later day, in the order of their days. Weekly hours are read also if they
/// have ended: who had hours isn't always open without them.
pub async fn rules_of(db: &mut PgConnection, subjects: &[OpeningSubject], from: NaiveDate) -> Result<Rules, AppError> {
    let (mut resources, mut services) = (Vec::new(), Vec::new());
    for subject in subjects {
        let (resource, service) = subject.columns();
        resources.extend(resource);
        services.extend(service);
    }
    let rows: Vec<Row> = sqlx::query_as(
        "select resource_id, service_id, id, kind, first_day, starts_minute, minutes, recurrence, reason, note, created_at
         from opening_rules
         where tenant_id = app.current_tenant() and (kind = 'weekly' or last_day is null or last_day >= $4)
           and (resource_id = any($1) or service_id = any($2) or ($3 and resource_id is null and service_id is null))
         order by first_day, starts_minute, id",
    )
    .bind(resources)
    .bind(services)
    .bind(subjects.contains(&OpeningSubject::Business))
    .bind(from)
    .fetch_all(db)
    .await?;
    let mut rules = Rules::default();
    for row in rows {
        let (subject, rule) = row.read()?;
        rules.0.entry(subject).or_default().push(rule);
    }
    Ok(rules)
}

/// Rules by whose they are.
#[derive(Debug, Clone, Default)]
pub struct Rules(HashMap<OpeningSubject, Vec<StoredRule>>);

impl Rules {
    /// The rules of a subject.
    pub fn of(&self, subject: OpeningSubject) -> &[StoredRule] {
        self.0.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// The hours that a subject's rules say.
    pub fn hours(&self, subject: OpeningSubject, without: Without) -> Hours {
        Hours::new(self.of(subject).iter().map(|stored| stored.rule.clone()).collect(), without)
    }
}

/// Adds a rule.
pub async fn add(
    db: &mut PgConnection,
    subject: OpeningSubject,
    new: &NewRule,
    by: Option<Id<User>>,
) -> Result<Id<StoredRule>, AppError> {
    let id = Id::new();
    let (resource, service) = subject.columns();
    let rule = &new.rule;
    sqlx::query(
        "insert into opening_rules (id, resource_id, service_id, kind, first_day, starts_minute, minutes, recurrence, last_day, reason, note, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(id)
    .bind(resource)
    .bind(service)
    .bind(rule.kind())
    .bind(rule.first_day())
    .bind(rule.starts_minute())
    .bind(rule.minutes())
    .bind(rule.recurrence().map(ToString::to_string))
    .bind(last_day(rule))
    .bind(new.reason)
    .bind(&new.note)
    .bind(by)
    .execute(db)
    .await?;
    Ok(id)
}

/// Removes a rule of a subject. False if it isn't there.
pub async fn remove(db: &mut PgConnection, subject: OpeningSubject, rule: Id<StoredRule>) -> Result<bool, AppError> {
    let (resource, service) = subject.columns();
    let removed = sqlx::query(
        "delete from opening_rules
         where tenant_id = app.current_tenant() and id = $1 and resource_id is not distinct from $2 and service_id is not distinct from $3",
    )
    .bind(rule)
    .bind(resource)
    .bind(service)
    .execute(db)
    .await?;
    Ok(removed.rows_affected() > 0)
}

/// The last local day that a rule touches; `None` if it repeats for ever.
fn last_day(rule: &OpeningRule) -> Option<NaiveDate> {
    let last = match rule.recurrence() {
        None => rule.first_day(),
        Some(recurrence) => recurrence.last_day(rule.first_day())?,
    };
    last.checked_add_days(Days::new(rule.later_days()))
}
