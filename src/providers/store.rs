//! All SQL on `providers`, `provider_skills` and `provider_positions`.

use chrono::{DateTime, Utc};
use engine::{Amount, BasisPoints, Commission, EmailAddress, GeoPoint, Id, Phone};
use sqlx::{FromRow, PgConnection};

use super::{Hold, NewProfile, Position, Provider, ProviderStatus, StatusChange, commission};
use crate::{
    error::{AppError, OrInternal},
    identity::User,
    places::cells::cell_of,
};

#[derive(FromRow)]
struct ProviderRow {
    id: Id<Provider>,
    user_id: Option<Id<User>>,
    name: String,
    email: EmailAddress,
    phone: Phone,
    status: ProviderStatus,
    status_reason: Option<String>,
    commission_type: String,
    commission_rate: BasisPoints,
    flat_fee_amount: Option<Amount>,
    address: Option<String>,
    vehicle: Option<String>,
    held_until: Option<DateTime<Utc>>,
    held_reason: Option<String>,
    on_duty_since: Option<DateTime<Utc>>,
    rating_sum: i64,
    review_count: i32,
    skills: Vec<String>,
    created_at: DateTime<Utc>,
}

impl From<ProviderRow> for Provider {
    fn from(row: ProviderRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            status: row.status,
            status_reason: row.status_reason,
            commission: commission::from_columns(&row.commission_type, row.commission_rate, row.flat_fee_amount),
            address: row.address,
            vehicle: row.vehicle,
            hold: row.held_until.zip(row.held_reason).map(|(until, reason)| Hold { until, reason }),
            on_duty_since: row.on_duty_since,
            rating_sum: row.rating_sum,
            review_count: row.review_count,
            skills: row.skills,
            created_at: row.created_at,
        }
    }
}

/// The columns of a [`ProviderRow`], of the table or alias `p`.
macro_rules! select_provider {
    ($rest:literal) => {
        concat!(
            "select p.id, p.user_id, p.name, p.email, p.phone, p.status, p.status_reason, p.commission_type, p.commission_rate, p.flat_fee_amount,
                    p.address, p.vehicle, p.held_until, p.held_reason, p.on_duty_since, p.rating_sum, p.review_count, p.created_at,
                    array(select s.skill from provider_skills s where s.tenant_id = p.tenant_id and s.provider_id = p.id order by s.skill) as skills
             from providers p ",
            $rest
        )
    };
}

/// A provider by id.
pub async fn find(db: &mut PgConnection, id: Id<Provider>) -> Result<Option<Provider>, AppError> {
    let row =
        sqlx::query_as::<_, ProviderRow>(select_provider!("where p.tenant_id = app.current_tenant() and p.id = $1"))
            .bind(id)
            .fetch_optional(db)
            .await?;
    Ok(row.map(Provider::from))
}

/// The provider of an account.
pub async fn find_by_user(db: &mut PgConnection, user: Id<User>) -> Result<Option<Provider>, AppError> {
    let row = sqlx::query_as::<_, ProviderRow>(select_provider!(
        "where p.tenant_id = app.current_tenant() and p.user_id = $1"
    ))
    .bind(user)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Provider::from))
}

/// The provider with this e-mail.
pub async fn find_by_email(db: &mut PgConnection, email: &EmailAddress) -> Result<Option<Provider>, AppError> {
    let row =
        sqlx::query_as::<_, ProviderRow>(select_provider!("where p.tenant_id = app.current_tenant() and p.email = $1"))
            .bind(email)
            .fetch_optional(db)
            .await?;
    Ok(row.map(Provider::from))
}

/// The providers with these ids, locked in the order of their ids, as everywhere.
pub async fn lock_all(db: &mut PgConnection, ids: &[Id<Provider>]) -> Result<Vec<Provider>, AppError> {
    let rows = sqlx::query_as::<_, ProviderRow>(select_provider!(
        "where p.tenant_id = app.current_tenant() and p.id = any($1) order by p.id for no key update of p"
    ))
    .bind(ids)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Provider::from).collect())
}

/// A provider, locked; `NotFound` if there is none.
pub async fn lock(db: &mut PgConnection, id: Id<Provider>) -> Result<Provider, AppError> {
    lock_all(db, &[id]).await?.pop().ok_or(AppError::NotFound)
}

pub const MOST: i64 = 500;

/// The providers by name, of one status or all; at most [`MOST`].
pub async fn list(db: &mut PgConnection, status: Option<ProviderStatus>) -> Result<Vec<Provider>, AppError> {
    let rows = sqlx::query_as::<_, ProviderRow>(select_provider!(
        "where p.tenant_id = app.current_tenant() and ($1::text is null or p.status = $1) order by p.name, p.id limit $2"
    ))
    .bind(status)
    .bind(MOST)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Provider::from).collect())
}

/// A new provider to be stored.
#[derive(Debug, Clone)]
pub struct NewProvider {
    pub id: Id<Provider>,
    /// The account, if there is one already.
    pub user_id: Option<Id<User>>,
    pub name: String,
    pub email: EmailAddress,
    pub phone: Phone,
    pub status: ProviderStatus,
    pub commission: Commission,
    pub address: Option<String>,
    /// The place of that address.
    pub home: Option<GeoPoint>,
    /// For the customer to recognize.
    pub vehicle: Option<String>,
    pub skills: Vec<String>,
}

/// Stores a new provider; an e-mail of another one is `Invalid`.
pub async fn insert(db: &mut PgConnection, provider: &NewProvider) -> Result<(), AppError> {
    let (commission_type, rate, flat_fee) = commission::columns(provider.commission);
    sqlx::query(
        "insert into providers (id, user_id, name, email, phone, status, commission_type, commission_rate, flat_fee_amount,
                                address, latitude, longitude, vehicle)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(provider.id)
    .bind(provider.user_id)
    .bind(&provider.name)
    .bind(&provider.email)
    .bind(&provider.phone)
    .bind(provider.status)
    .bind(commission_type)
    .bind(rate)
    .bind(flat_fee)
    .bind(&provider.address)
    .bind(provider.home.map(GeoPoint::latitude))
    .bind(provider.home.map(GeoPoint::longitude))
    .bind(&provider.vehicle)
    .execute(&mut *db)
    .await?;
    sqlx::query("insert into provider_skills (provider_id, skill) select $1, unnest($2::text[])")
        .bind(provider.id)
        .bind(&provider.skills)
        .execute(db)
        .await?;
    Ok(())
}

/// Changes a provider's status. A provider who may no longer work goes off duty; the caller withdraws their offers. `Conflict` if the status has
/// changed since it was read.
pub async fn set_status(db: &mut PgConnection, id: Id<Provider>, change: &StatusChange) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update providers
         set status = $3, status_reason = $4, status_changed_at = app.now(), updated_at = app.now(),
             on_duty_since = case when $3 = 'active' then on_duty_since end
         where tenant_id = app.current_tenant() and id = $1 and status = $2",
    )
    .bind(id)
    .bind(change.from)
    .bind(change.to)
    .bind(&change.reason)
    .execute(&mut *db)
    .await?;
    match changed.rows_affected() {
        1 => Ok(()),
        _ => Err(find(db, id).await?.map_or(AppError::NotFound, |_| StatusChange::outdated())),
    }
}

/// Connects a provider without an account to their new account, with the details they gave. The status stays.
pub async fn take_over(
    db: &mut PgConnection,
    id: Id<Provider>,
    user: Id<User>,
    phone: &Phone,
    profile: &NewProfile,
) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update providers
         set user_id = $2, phone = $3, address = $4, latitude = $5, longitude = $6, vehicle = $7, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1 and user_id is null",
    )
    .bind(id)
    .bind(user)
    .bind(phone)
    .bind(&profile.address)
    .bind(profile.home.map(GeoPoint::latitude))
    .bind(profile.home.map(GeoPoint::longitude))
    .bind(&profile.vehicle)
    .execute(&mut *db)
    .await?;
    found(changed.rows_affected())?;
    set_skills(db, id, &profile.skills).await
}

/// Changes a provider's commission for work offered or assigned from now on.
pub async fn set_commission(db: &mut PgConnection, id: Id<Provider>, commission: Commission) -> Result<(), AppError> {
    let (commission_type, rate, flat_fee) = commission::columns(commission);
    let changed = sqlx::query(
        "update providers set commission_type = $2, commission_rate = $3, flat_fee_amount = $4, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(commission_type)
    .bind(rate)
    .bind(flat_fee)
    .execute(db)
    .await?;
    found(changed.rows_affected())
}

/// Changes a provider's skills.
pub async fn set_skills(db: &mut PgConnection, id: Id<Provider>, skills: &[String]) -> Result<(), AppError> {
    sqlx::query(
        "delete from provider_skills where tenant_id = app.current_tenant() and provider_id = $1 and skill <> all($2)",
    )
    .bind(id)
    .bind(skills)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into provider_skills (provider_id, skill) select $1, unnest($2::text[]) on conflict do nothing",
    )
    .bind(id)
    .bind(skills)
    .execute(db)
    .await?;
    Ok(())
}

/// Holds a provider's offers, or ends the hold.
pub async fn set_hold(db: &mut PgConnection, id: Id<Provider>, hold: Option<&Hold>) -> Result<(), AppError> {
    let changed = sqlx::query(
        "update providers set held_until = $2, held_reason = $3, updated_at = app.now()
         where tenant_id = app.current_tenant() and id = $1",
    )
    .bind(id)
    .bind(hold.map(|hold| hold.until))
    .bind(hold.map(|hold| &hold.reason))
    .execute(db)
    .await?;
    found(changed.rows_affected())
}

/// Sets when they went on duty; `None`: off duty.
pub async fn set_on_duty(
    db: &mut PgConnection,
    id: Id<Provider>,
    since: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    let changed = sqlx::query("update providers set on_duty_since = $2, updated_at = app.now() where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(since)
        .execute(db)
        .await?;
    found(changed.rows_affected())
}

/// Records a provider's position. A position older than the stored one changes nothing.
pub async fn move_to(db: &mut PgConnection, id: Id<Provider>, position: &Position) -> Result<(), AppError> {
    sqlx::query(
        "insert into provider_positions (provider_id, latitude, longitude, accuracy, cell, recorded_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, provider_id) do update
         set latitude = excluded.latitude, longitude = excluded.longitude, accuracy = excluded.accuracy, cell = excluded.cell,
             recorded_at = excluded.recorded_at
         where provider_positions.recorded_at <= excluded.recorded_at",
    )
    .bind(id)
    .bind(position.point.latitude())
    .bind(position.point.longitude())
    .bind(position.accuracy)
    .bind(cell_of(position.point))
    .bind(position.recorded_at)
    .execute(db)
    .await?;
    Ok(())
}

/// A provider's last position, if any.
pub async fn position_of(db: &mut PgConnection, id: Id<Provider>) -> Result<Option<Position>, AppError> {
    let row = sqlx::query_as::<_, (f64, f64, Option<f32>, DateTime<Utc>)>(
        "select latitude, longitude, accuracy, recorded_at from provider_positions where tenant_id = app.current_tenant() and provider_id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(|(latitude, longitude, accuracy, recorded_at)| {
        let point = GeoPoint::new(latitude, longitude).or_internal()?;
        Ok(Position { point, accuracy, recorded_at })
    })
    .transpose()
}

fn found(rows: u64) -> Result<(), AppError> {
    if rows == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// The rating of the business, and how many providers are on duty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Reputation {
    pub rating_sum: i64,
    pub review_count: i64,
    pub on_duty: i64,
}

impl Reputation {
    /// The average of all reviews, 1 to 5; `None` without reviews.
    pub fn average(&self) -> Option<f64> {
        (self.review_count > 0).then(|| self.rating_sum as f64 / self.review_count as f64)
    }
}

/// The business's reputation: includes providers who have left.
pub async fn reputation(db: &mut PgConnection) -> Result<Reputation, AppError> {
    Ok(sqlx::query_as(
        "select coalesce(sum(rating_sum), 0)::bigint as rating_sum, coalesce(sum(review_count), 0)::bigint as review_count,
                count(on_duty_since) as on_duty
         from providers where tenant_id = app.current_tenant()",
    )
    .fetch_one(db)
    .await?)
}
