use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;

use super::{
    history::History,
    rows::{ProviderRow, ServiceRow},
};
use crate::{
    catalog::{
        ANY_CLASS, PriceKey, Service, ServiceStatus,
        store::{self, NewService, ServiceDetails, Tier},
    },
    error::AppError,
    verticals::PriceLine,
};

/// How long after its provider joined a service of their own is described: they are approved by then.
const DESCRIBED_AFTER: TimeDelta = TimeDelta::hours(6);

/// How long after another its status changes.
const CHANGES_AFTER: TimeDelta = TimeDelta::hours(2);

/// The business's own services, with prices that took effect when it began.
pub(super) async fn load(history: &mut History<'_>) -> Result<()> {
    let (since, admin) = (history.since(), history.person(&history.admin(0)?.email));
    for (position, row) in (1_i32..).zip(&history.demo.services).filter(|(_, row)| row.provider.is_none()) {
        history.turn_to(since, &admin).await?;
        add(history, position, row, None).await?;
    }
    for price in &history.demo.prices {
        history.demo.service(&price.service)?;
    }
    Ok(())
}

/// The services that providers offer themselves.
pub(super) async fn load_of_providers(history: &mut History<'_>) -> Result<()> {
    let demo = history.demo;
    for (position, row) in (1_i32..).zip(&demo.services) {
        let Some(provider) = &row.provider else { continue };
        let provider = demo.provider(provider)?;
        history.turn_to(history.joined_at(provider) + DESCRIBED_AFTER, &history.person(&provider.email)).await?;
        add(history, position, row, Some(provider)).await?;
    }
    Ok(())
}

async fn add(history: &mut History<'_>, position: i32, row: &ServiceRow, provider: Option<&ProviderRow>) -> Result<()> {
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
        provider: provider.map(|row| history.provider(row)),
    };
    let service = store::insert(&mut history.tx, &new).await?;
    set_prices(history, service, row).await?;
    bring_to_status(history, service, row, provider).await
}

async fn set_prices(history: &mut History<'_>, service: Id<Service>, row: &ServiceRow) -> Result<()> {
    let keys: Vec<PriceKey> = row.kind.price_lines().iter().flat_map(PriceLine::parts).map(|part| part.key()).collect();
    let mut tiers: BTreeMap<(usize, DateTime<Utc>), Vec<Tier>> = BTreeMap::new();
    for price in history.demo.prices.iter().filter(|price| price.service == row.slug) {
        let class = price.class.as_deref().unwrap_or(ANY_CLASS);
        let of = |key: &PriceKey| (key.line, key.unit, &*key.vehicle_class) == (price.line, price.unit, class);
        let key = keys.iter().position(of);
        let key = key.with_context(|| format!("{} has no {} for a {}, {class}", row.slug, price.line, price.unit))?;
        let from = price.from.map_or(history.tx.now, |from| history.at(from));
        let tier = (price.least.unwrap_or(1), price.most, history.amount(&price.amount)?);
        tiers.entry((key, from)).or_default().push(tier);
    }
    for ((key, from), tiers) in tiers {
        store::set_prices(&mut history.tx, service, &keys[key], &tiers, from).await?;
    }
    Ok(())
}

/// Changes a service until it has the status of its row: whoever offers it submits and pauses it, staff publish and suspend it.
async fn bring_to_status(
    history: &mut History<'_>,
    id: Id<Service>,
    row: &ServiceRow,
    provider: Option<&ProviderRow>,
) -> Result<()> {
    let staff = history.person(&history.admin(0)?.email);
    let owner = provider.map_or_else(|| staff.clone(), |provider| history.person(&provider.email));
    let wanted = row.status.unwrap_or(ServiceStatus::Active);
    loop {
        let service = store::find(&mut history.tx, id).await?.ok_or(AppError::NotFound)?.service;
        let (by, change) = match (service.status, wanted) {
            (status, wanted) if status == wanted => return Ok(()),
            (ServiceStatus::Draft, _) => (&owner, service.submit()),
            (ServiceStatus::InReview, _) => (&staff, service.approve()),
            (ServiceStatus::Active, ServiceStatus::Paused) => (&owner, service.pause()),
            (ServiceStatus::Active, ServiceStatus::Suspended) => {
                (&staff, service.suspend(row.reason.clone().context("staff say why")?))
            }
            (ServiceStatus::Active, ServiceStatus::Archived) => (&owner, service.archive()),
            (status, wanted) => bail!("{}: {status} doesn't become {wanted}", row.slug),
        };
        history.turn_to(history.tx.now + CHANGES_AFTER, by).await?;
        store::set_status(&mut history.tx, id, &change?).await?;
    }
}
