//! Setting the prices of a service, and removing those that don't apply yet.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, NaiveTime, Utc};
use engine::{Amount, Id, Money, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::services::edits;
use crate::{
    catalog::{
        self, Price, PriceList, PricedService, Service,
        store::{Tier, set_prices},
    },
    error::{AppError, FieldErrors, Next, Sentence},
    tenants::Tenant,
    verticals::{PriceLine, PricePart},
};

/// How many ranges of numbers a price may have.
const MOST_TIERS: usize = 20;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PriceForm {
    pub service: Id<Service>,
    /// Each price of its kind of business by its [name](PricePart::code), as `amounts[service_hour]`; empty if there is none. Those by the number have
    /// a field for each range: `amounts[service_person_0]`.
    #[serde(default)]
    pub amounts: BTreeMap<String, String>,
    /// The least number of each range.
    #[serde(default)]
    pub least: BTreeMap<String, String>,
    /// The largest number of each range; empty if there is none.
    #[serde(default)]
    pub most: BTreeMap<String, String>,
    /// The day from which they apply; empty for now.
    #[serde(default)]
    pub from: String,
}

/// Changes a service's prices from now on or from a later day.
///
/// - Existing bookings keep theirs.
/// - The form is filled in with today's prices. What staff leave as it is stays as it is planned for that day.
#[server(endpoint = "change_price")]
pub async fn change_price(#[server(flatten)] form: PriceForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    catalog::store::lock(&mut tx, id).await?;
    let PricedService { service, prices: today } =
        catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let ahead = catalog::store::prices_ahead(&mut tx, id).await?;
    let mut errors = FieldErrors::default();
    let from = errors.take("from", first_instant(&ctx.tenant, &form.from, tx.now));
    let lines = service.vertical.price_lines();
    let typed: Vec<_> = lines.iter().flat_map(|line| form.read(&ctx.tenant, line, &mut errors)).collect();
    let Some(from) = from.filter(|_| errors.is_empty()) else {
        return Err(errors.into_error());
    };
    let planned = PriceList::at(&ahead, from);
    let mut after = Vec::new();
    for (part, typed) in typed {
        let change = Change::new(part, typed, &today, &planned);
        if change.is_needed() {
            set_prices(&mut tx, id, &part.key(), &change.typed, from).await?;
        }
        after.push(change);
    }
    let when = if from <= tx.now {
        t!("admin-from-now-on").to_owned()
    } else {
        t!("admin-from-on", from = ctx.tenant.full_date(from))
    };
    tx.commit().await?;
    let (costs, kept) = (costs(&ctx.tenant, &after), kept(&ctx.tenant, &after));
    let said = t!("admin-it-costs-what-is-booked-keeps", when = when, costs = costs, kept = kept);
    Ok(Next::said(format!("/admin/services/{id}"), said))
}

/// A price before and after.
struct Change {
    part: PricePart,
    typed: Vec<Tier>,
    today: Vec<Tier>,
    /// What is planned for the day from which it applies.
    planned: Vec<Tier>,
}

impl Change {
    fn new(part: PricePart, typed: Vec<Tier>, today: &PriceList, planned: &PriceList) -> Self {
        let [today, planned] = [today, planned].map(|prices| tiers(&part, prices));
        Self { part, typed, today, planned }
    }

    /// Whether staff left it as the form showed it, and there is a price on that day. One that doesn't exist today and wasn't typed is left as well.
    fn is_untouched(&self) -> bool {
        self.typed == self.today && (self.typed.is_empty() || !self.planned.is_empty())
    }

    fn is_needed(&self) -> bool {
        !self.is_untouched() && self.typed != self.planned
    }

    /// The price on that day.
    fn result(&self) -> &[Tier] {
        if self.is_needed() { &self.typed } else { &self.planned }
    }
}

/// The prices of a part by their number.
fn tiers(part: &PricePart, prices: &PriceList) -> Vec<Tier> {
    part.of(prices).into_iter().map(|price| (price.key.min_units, price.key.max_units, price.amount)).collect()
}

/// "$120.00", "from $20.00" if there are several.
fn costs(tenant: &Tenant, changes: &[Change]) -> String {
    let required = changes.iter().filter(|change| change.part.line.is_required);
    let mut amounts: Vec<Amount> = required.flat_map(Change::result).map(|(.., amount)| *amount).collect();
    amounts.sort_unstable();
    let least = tenant.money(amounts.first().copied().unwrap_or_default());
    if amounts.len() > 1 { t!("admin-from-amount", least = least) } else { least.to_string() }
}

/// A sentence about each price that stays as planned, if that isn't what the form showed.
fn kept(tenant: &Tenant, changes: &[Change]) -> String {
    let kept = changes.iter().filter(|change| change.is_untouched() && change.planned != change.typed);
    kept.map(|change| {
        let at = match change.planned[..] {
            [(.., amount)] => t!("admin-at", amount = tenant.money(amount)),
            _ => String::new(),
        };
        t!("admin-stays-as-planned", label = change.part.label(), at = at)
    })
    .collect()
}

impl PriceForm {
    /// The prices of a line as typed, or its errors.
    fn read(&self, tenant: &Tenant, line: &PriceLine, errors: &mut FieldErrors) -> Vec<(PricePart, Vec<Tier>)> {
        let before = errors.0.len();
        let typed: Vec<_> = line
            .parts()
            .into_iter()
            .map(|part| {
                let tiers =
                    if line.by_number { self.tiers(tenant, &part, errors) } else { self.one(tenant, &part, errors) };
                (part, tiers)
            })
            .collect();
        let is_missing = line.is_required && typed.iter().all(|(_, tiers)| tiers.is_empty());
        if let (true, Some((part, _))) = (is_missing && errors.0.len() == before, typed.first()) {
            let number = if line.by_number { "_0" } else { "" };
            let field = format!("amounts[{}{number}]", part.code());
            errors.take(&field, Money::parse("", tenant.currency));
        }
        typed
    }

    fn one(&self, tenant: &Tenant, part: &PricePart, errors: &mut FieldErrors) -> Vec<Tier> {
        let code = part.code();
        let text = text(&self.amounts, &code);
        if text.is_empty() {
            return Vec::new();
        }
        let amount = errors.take(&format!("amounts[{code}]"), amount(tenant, &part.line, text));
        amount.map(|amount| (1, None, amount)).into_iter().collect()
    }

    /// The price of each range of numbers: no number has two, and none between the least and the largest is without.
    fn tiers(&self, tenant: &Tenant, part: &PricePart, errors: &mut FieldErrors) -> Vec<Tier> {
        let mut read: Vec<(String, Tier)> = Vec::new();
        for row in 0..MOST_TIERS {
            let code = format!("{}_{row}", part.code());
            let [least, most, price] = [&self.least, &self.most, &self.amounts].map(|texts| text(texts, &code));
            if [least, most, price].iter().all(|text| text.is_empty()) {
                continue;
            }
            let from = errors.take(&format!("least[{code}]"), field::whole_number(least, 1..=100_000));
            let to = match most {
                "" => Some(None),
                text => errors
                    .take(&format!("most[{code}]"), field::whole_number(text, from.unwrap_or(1)..=100_000))
                    .map(Some),
            };
            let price = errors.take(&format!("amounts[{code}]"), amount(tenant, &part.line, price));
            if let (Some(from), Some(to), Some(price)) = (from, to, price) {
                read.push((code, (from, to, price)));
            }
        }
        read.sort_by_key(|(_, (from, ..))| *from);
        for pair in read.windows(2) {
            let ((_, (_, last, _)), (code, (next, ..))) = (&pair[0], &pair[1]);
            match last {
                Some(last) if last + 1 == *next => {}
                Some(last) if last < next => {
                    errors.add(&format!("least[{code}]"), t!("admin-has-no-price", last = last + 1));
                }
                _ => errors.add(&format!("least[{code}]"), t!("admin-has-two-prices", next = next)),
            }
        }
        read.into_iter().map(|(_, tier)| tier).collect()
    }
}

fn text<'a>(texts: &'a BTreeMap<String, String>, code: &str) -> &'a str {
    texts.get(code).map_or("", |text| text.trim())
}

fn amount(tenant: &Tenant, line: &PriceLine, text: &str) -> Result<Amount, String> {
    match Money::parse(text, tenant.currency) {
        Ok(money) if money.amount > line.highest => Err(t!("admin-this-price-is-too-high-check").to_owned()),
        Ok(money) => Ok(money.amount),
        Err(error) => Err(error.sentence()),
    }
}

/// When a typed day begins; now for none and for today.
fn first_instant(tenant: &Tenant, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
    if text.trim().is_empty() {
        return Ok(now);
    }
    let day = tenant.locale.read_day(text).ok_or(t!("admin-choose-a-day-of-a-price"))?;
    let today = tenant.zone.date(now);
    match day.cmp(&today) {
        Ordering::Less => Err(t!("admin-this-day-is-past-choose-a")),
        Ordering::Equal => Ok(now),
        Ordering::Greater => Ok(tenant.zone.first_instant(day.and_time(NaiveTime::MIN))),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelPriceForm {
    pub price: Id<Price>,
}

/// Removes a price that doesn't apply yet; the one before it stays.
#[server(endpoint = "cancel_price")]
pub async fn cancel_price(#[server(flatten)] form: CancelPriceForm) -> Result<Next, AppError> {
    let ctx = edits()?;
    let mut tx = ctx.begin().await?;
    let service = catalog::store::cancel_price(&mut tx, form.price).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{service}"), t!("admin-removed-the-price-before-it-stays")))
}
