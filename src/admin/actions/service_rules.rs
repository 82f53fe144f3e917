//! How a service may be booked.

use std::collections::BTreeMap;

use engine::{
    BasisPoints, Id, field,
    quote::{RefundTier, RefundTiers},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::services::edits;
use crate::{
    catalog::{self, Service, ServiceRules},
    error::{AppError, FieldErrors, Next},
    verticals::Vertical,
};

const MINUTES_A_DAY: i32 = 24 * 60;

/// How many rules for cancelling a service may have.
const MOST_TIERS: usize = 10;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RulesForm {
    pub service: Id<Service>,
    /// Minutes; empty for none.
    #[serde(default)]
    pub notice: String,
    #[serde(default)]
    pub horizon_days: String,
    /// `true` if somebody has to say yes first.
    #[serde(default)]
    pub on_request: String,
    #[serde(default)]
    pub answer_hours: String,
    /// Minutes; empty for any.
    #[serde(default)]
    pub min_minutes: String,
    #[serde(default)]
    pub max_minutes: String,
    #[serde(default)]
    pub min_units: String,
    #[serde(default)]
    pub max_units: String,
    /// How long before, of each rule for cancelling; empty if there is none.
    #[serde(default)]
    pub hours_before: BTreeMap<String, String>,
    /// How much of the price is refunded then, percent.
    #[serde(default)]
    pub refund: BTreeMap<String, String>,
}

/// Changes how a service may be booked. Existing bookings keep what was agreed, also what cancelling costs. Fields that its kind of business doesn't ask
/// are ignored.
#[server(endpoint = "change_service_rules")]
pub async fn change_service_rules(#[server(flatten)] form: RulesForm) -> Result<Next, AppError> {
    let (ctx, id) = (edits()?, form.service);
    let mut tx = ctx.begin().await?;
    let found = catalog::store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::default();
    let rules = form.asked_by(found.service.vertical).read(&mut errors).filter(|_| errors.is_empty());
    catalog::store::set_rules(&mut tx, id, &rules.ok_or_else(|| errors.into_error())?).await?;
    tx.commit().await?;
    Ok(Next::said(format!("/admin/services/{id}"), t!("admin-saved-what-is-booked-keeps-its")))
}

impl RulesForm {
    /// Without what this kind of business doesn't ask: the least number would refuse every booking of a service that isn't booked by number.
    fn asked_by(mut self, kind: Vertical) -> Self {
        if !kind.is_priced_by_time() {
            self.min_minutes.clear();
            self.max_minutes.clear();
        }
        if !kind.is_priced_by_number() {
            self.min_units.clear();
            self.max_units.clear();
        }
        if !kind.cancels_by_time() {
            self.hours_before.clear();
            self.refund.clear();
        }
        self
    }

    fn read(&self, errors: &mut FieldErrors) -> Option<ServiceRules> {
        let otherwise = ServiceRules::default();
        let notice = number(errors, "notice", &self.notice, 0, 525_600);
        let horizon = number(errors, "horizon_days", &self.horizon_days, 1, 730);
        let answer = number(errors, "answer_hours", &self.answer_hours, 1, 720);
        let min_minutes = number(errors, "min_minutes", &self.min_minutes, 1, 525_600);
        let max_minutes = number(errors, "max_minutes", &self.max_minutes, min_minutes.unwrap_or(1), 525_600);
        if let (Some(notice), days) = (notice, horizon.unwrap_or(otherwise.horizon_days))
            && notice >= days.saturating_mul(MINUTES_A_DAY)
        {
            errors.add("notice", t!("admin-this-is-beyond-the-days-ahead"));
        }
        let min_units = number(errors, "min_units", &self.min_units, 1, 1_000).unwrap_or(otherwise.min_units);
        let max_units = number(errors, "max_units", &self.max_units, min_units, 1_000);
        Some(ServiceRules {
            notice_minutes: notice.unwrap_or(otherwise.notice_minutes),
            horizon_days: horizon.unwrap_or(otherwise.horizon_days),
            min_minutes,
            max_minutes,
            min_units,
            max_units,
            instant: self.on_request != "true",
            answer_minutes: answer.map_or(otherwise.answer_minutes, |hours| hours * 60),
            cancellation: self.tiers(errors)?,
        })
    }

    fn tiers(&self, errors: &mut FieldErrors) -> Option<RefundTiers> {
        let text = |texts: &BTreeMap<String, String>, row: usize| {
            texts.get(&tier_name(row)).map_or_else(String::new, |text| text.trim().to_owned())
        };
        let mut tiers = Vec::new();
        for row in 0..MOST_TIERS {
            let (hours, refund) = (text(&self.hours_before, row), text(&self.refund, row));
            if hours.is_empty() && refund.is_empty() {
                continue;
            }
            let hours = errors
                .take(&format!("hours_before[{}]", tier_name(row)), field::whole_number::<u32>(&hours, 0..=8_760));
            let refund = errors.take(&format!("refund[{}]", tier_name(row)), field::whole_number(&refund, 0..=100));
            let refund = refund.and_then(|percent| BasisPoints::percent(percent).ok());
            if let (Some(hours), Some(refund)) = (hours, refund) {
                tiers.push(RefundTier { minutes_before: hours * 60, refund });
            }
        }
        errors.take(&format!("hours_before[{}]", tier_name(0)), RefundTiers::new(tiers))
    }
}

/// The name of a rule for cancelling in the form. A number alone would be read as the place in a list.
pub fn tier_name(row: usize) -> String {
    format!("tier_{row}")
}

/// A whole number; `None` for an empty field.
fn number(errors: &mut FieldErrors, name: &str, text: &str, least: i32, most: i32) -> Option<i32> {
    if text.trim().is_empty() {
        return None;
    }
    errors.take(name, field::whole_number(text, least..=most))
}
