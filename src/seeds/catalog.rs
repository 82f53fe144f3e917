use anyhow::Result;
use chrono::TimeDelta;

use super::{files::ServiceRow, loading::Loading};

/// Services with the price that is in force since two months.
pub(super) async fn load(loading: &mut Loading<'_>, services: &[ServiceRow]) -> Result<()> {
    let since = loading.tx.now - TimeDelta::days(60);
    for (position, row) in (1_i32..).zip(services) {
        let service = loading.id("service", &row.slug);
        sqlx::query(
            "insert into services (id, slug, vertical, category, name, description, icon, asks_destination, expected_minutes, position, created_at, updated_at)
             values ($1, $2, 'roadside', $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        )
        .bind(service)
        .bind(&row.slug)
        .bind(&row.category)
        .bind(&row.title)
        .bind(&row.description)
        .bind(&row.icon)
        .bind(row.asks_destination)
        .bind(row.minutes)
        .bind(position)
        .bind(since)
        .execute(&mut *loading.tx)
        .await?;
        let per_mile = row.per_mile.as_deref().map(|text| loading.amount(text)).transpose()?;
        sqlx::query("insert into prices (id, service_id, base_amount, per_mile_amount, effective_from) values ($1, $2, $3, $4, $5)")
            .bind(loading.id("price", &row.slug))
            .bind(service)
            .bind(loading.amount(&row.base)?)
            .bind(per_mile)
            .bind(since)
            .execute(&mut *loading.tx)
            .await?;
    }
    Ok(())
}
