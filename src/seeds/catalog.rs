use anyhow::Result;
use chrono::TimeDelta;
use engine::{LineKind, quote::Unit};

use super::history::History;
use crate::{
    catalog::{
        PriceKey,
        store::{self, NewService, ServiceDetails},
    },
    db::Actor,
    verticals::Vertical,
    verticals::roadside::RoadsideService,
};

/// Services with a price that took effect two months ago.
pub(super) async fn load(history: &mut History<'_>) -> Result<()> {
    let admin = history.admin(0)?;
    history.turn_to(history.until - TimeDelta::days(60), &Actor(format!("user:{admin}"))).await?;
    for (position, row) in (1_i32..).zip(&history.demo.services) {
        let new = NewService {
            slug: row.slug.clone(),
            vertical: Vertical::Roadside,
            category: row.category.clone(),
            details: ServiceDetails {
                name: row.title.clone(),
                description: row.description.clone(),
                expected_minutes: row.minutes,
            },
            icon: row.icon.clone(),
            options: RoadsideService { asks_destination: row.asks_destination }.options(),
            position,
            provider: None,
        };
        let service = store::insert(&mut history.tx, &new).await?;
        let per_mile = row.per_mile.as_deref().map(|text| history.amount(text)).transpose()?;
        let base = history.amount(&row.base)?;
        let from = history.tx.now;
        let prices = [
            Some((PriceKey::new(LineKind::Service, Unit::Job), base)),
            per_mile.map(|amount| (PriceKey::new(LineKind::Mileage, Unit::Mile), amount)),
        ];
        for (key, amount) in prices.into_iter().flatten() {
            store::set_price(&mut history.tx, service, &key, amount, from).await?;
        }
    }
    Ok(())
}
