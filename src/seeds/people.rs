use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{BasisPoints, Commission, EmailAddress, GeoPoint, Phone};
use h3o::{LatLng, Resolution};
use uuid::Uuid;

use super::{
    files::{CustomerRow, Demo, ProviderRow, UserRow},
    loading::Loading,
};

/// Accounts of the back office.
pub(super) async fn load_users(loading: &mut Loading<'_>, users: &[UserRow], password_hash: &str) -> Result<()> {
    let since = loading.tx.now - TimeDelta::days(60);
    for row in users {
        let roles: Vec<&str> = row.roles.split_whitespace().collect();
        let account =
            Account { name: &row.name, email: &row.email, phone: &row.phone, roles: &roles, password_hash, since };
        insert_account(loading, account).await?;
    }
    Ok(())
}

struct Account<'a> {
    name: &'a str,
    email: &'a EmailAddress,
    phone: &'a Phone,
    roles: &'a [&'a str],
    password_hash: &'a str,
    since: DateTime<Utc>,
}

async fn insert_account(loading: &mut Loading<'_>, account: Account<'_>) -> Result<Uuid> {
    let id = loading.id("user", account.email.as_str());
    sqlx::query(
        "insert into users (id, email, email_verified_at, name, phone, password_hash, roles, created_at, updated_at)
         values ($1, $2, $7, $3, $4, $5, $6, $7, $7)",
    )
    .bind(id)
    .bind(account.email)
    .bind(account.name)
    .bind(account.phone)
    .bind(account.password_hash)
    .bind(account.roles)
    .bind(account.since)
    .execute(&mut *loading.tx)
    .await?;
    Ok(id)
}

/// Customers, with their cars, and accounts for those who have one.
pub(super) async fn load_customers(
    loading: &mut Loading<'_>,
    customers: &[CustomerRow],
    password_hash: &str,
) -> Result<()> {
    for (days, row) in (0_i64..).zip(customers) {
        let since = loading.tx.now - TimeDelta::days(40 - days);
        let user = if row.account {
            let account = Account {
                name: &row.full_name,
                email: &row.email,
                phone: &row.phone,
                roles: &["customer"],
                password_hash,
                since,
            };
            Some(insert_account(loading, account).await?)
        } else {
            None
        };
        let customer = loading.id("customer", &row.name);
        sqlx::query(
            "insert into customers (id, user_id, name, email, phone, created_at) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(customer)
        .bind(user)
        .bind(&row.full_name)
        .bind(&row.email)
        .bind(&row.phone)
        .bind(since)
        .execute(&mut *loading.tx)
        .await?;
        sqlx::query(
            "insert into customer_vehicles (id, customer_id, year, make, model, color, plate, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(loading.id("vehicle", &row.name))
        .bind(customer)
        .bind(row.year)
        .bind(&row.make)
        .bind(&row.model)
        .bind(&row.color)
        .bind(&row.plate)
        .bind(since)
        .execute(&mut *loading.tx)
        .await?;
    }
    Ok(())
}

/// What a provider earns of a job.
pub(super) fn commission(loading: &Loading<'_>, row: &ProviderRow) -> Result<Commission> {
    match (row.percent, &row.flat_fee) {
        (Some(percent), None) => Ok(Commission::Percentage(BasisPoints::percent(percent)?)),
        (None, Some(fee)) => Ok(Commission::FlatPerJob(loading.amount(fee)?)),
        _ => anyhow::bail!("{}: either percent or flat_fee", row.name),
    }
}

/// Providers with accounts, skills and positions, and as something that can be reserved.
pub(super) async fn load_providers(
    loading: &mut Loading<'_>,
    providers: &[ProviderRow],
    password_hash: &str,
) -> Result<()> {
    for (days, row) in (0_i64..).zip(providers) {
        let active = row.status == "active";
        let since = loading.tx.now - TimeDelta::days(if active { 50 - days } else { 1 });
        let account = Account {
            name: &row.full_name,
            email: &row.email,
            phone: &row.phone,
            roles: &["provider"],
            password_hash,
            since,
        };
        let user = insert_account(loading, account).await?;
        let (kind, rate, flat_fee) = match commission(loading, row)? {
            Commission::Percentage(part) => ("percentage", part.get(), None),
            Commission::FlatPerJob(fee) => ("flat_per_job", 0, Some(fee)),
        };
        let position = row.position()?;
        let on_duty_since = position.map(|_| loading.tx.now - TimeDelta::minutes(loading.chance(&row.name, 95..=240)));
        let provider = loading.id("provider", &row.name);
        let home = row.home()?;
        sqlx::query(
            "insert into providers (id, user_id, name, email, phone, status, commission_type, commission_rate, flat_fee_amount, address,
                                    latitude, longitude, vehicle, on_duty_since, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
        )
        .bind(provider)
        .bind(user)
        .bind(&row.full_name)
        .bind(&row.email)
        .bind(&row.phone)
        .bind(&row.status)
        .bind(kind)
        .bind(rate)
        .bind(flat_fee)
        .bind(&row.address)
        .bind(home.latitude())
        .bind(home.longitude())
        .bind(&row.vehicle)
        .bind(on_duty_since)
        .bind(since)
        .execute(&mut *loading.tx)
        .await?;
        let skills: Vec<&str> = row.skills.split_whitespace().collect();
        sqlx::query("insert into provider_skills (provider_id, skill) select $1, unnest($2::text[])")
            .bind(provider)
            .bind(skills)
            .execute(&mut *loading.tx)
            .await?;
        sqlx::query("insert into resources (id, kind, name, provider_id) values ($1, 'provider', $2, $3)")
            .bind(loading.id("resource", &row.name))
            .bind(&row.full_name)
            .bind(provider)
            .execute(&mut *loading.tx)
            .await?;
        if let Some(position) = position {
            insert_position(loading, provider, position).await?;
        }
    }
    Ok(())
}

async fn insert_position(loading: &mut Loading<'_>, provider: Uuid, position: GeoPoint) -> Result<()> {
    let place = LatLng::new(position.latitude(), position.longitude()).context("a point is on the earth")?;
    let cell = u64::from(place.to_cell(Resolution::Seven));
    sqlx::query(
        "insert into provider_positions (provider_id, latitude, longitude, accuracy, cell) values ($1, $2, $3, 12, $4)",
    )
    .bind(provider)
    .bind(position.latitude())
    .bind(position.longitude())
    .bind(cell.cast_signed())
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}

/// Demo providers have no phone that reports where they are: those on duty have just been seen where they were.
pub(super) async fn refresh_positions(loading: &mut Loading<'_>, demo: &Demo) -> Result<()> {
    let providers: Vec<Uuid> = demo.providers.iter().map(|row| loading.id("provider", &row.name)).collect();
    sqlx::query(
        "update provider_positions set recorded_at = app.now()
         from providers p
         where (p.tenant_id, p.id) = (provider_positions.tenant_id, provider_positions.provider_id)
           and p.on_duty_since is not null and p.id = any($1)",
    )
    .bind(providers)
    .execute(&mut *loading.tx)
    .await?;
    Ok(())
}
