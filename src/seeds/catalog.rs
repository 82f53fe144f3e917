use super::history::History;
use crate::{
    catalog::store::{self, NewService, ServiceDetails},
    db::Actor,
    verticals::PriceLine,
};
use anyhow::{Result, anyhow};
use chrono::TimeDelta;

/// Services with a price that took effect two months ago.
pub(super) async fn load(history: &mut History<'_>) -> Result<()> {
    let admin = history.admin(0)?;
    history.turn_to(history.until - TimeDelta::days(60), &Actor(format!("user:{admin}"))).await?;
    for (position, row) in (1_i32..).zip(&history.demo.services) {
        let options = row.kind.read_service(&row.columns).map_err(|errors| anyhow!("{}: {:?}", row.slug, errors.0))?;
        let new = NewService {
            slug: row.slug.clone(),
            vertical: row.kind,
            category: row.category.clone(),
            details: ServiceDetails {
                name: row.title.clone(),
                description: row.description.clone(),
                expected_minutes: row.minutes,
            },
            icon: row.icon.clone(),
            options,
            position,
            provider: None,
        };
        let service = store::insert(&mut history.tx, &new).await?;
        let from = history.tx.now;
        for part in row.kind.price_lines().iter().flat_map(PriceLine::parts) {
            if let Some(text) = row.columns.get(&part.code()).filter(|text| !text.is_empty()) {
                let amount = history.amount(text)?;
                store::set_price(&mut history.tx, service, &part.key(), amount, from).await?;
            }
        }
    }
    Ok(())
}
