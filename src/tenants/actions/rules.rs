use std::ops::RangeInclusive;

use engine::{TaxRate, Units, field};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{changes_settings, saved};
use crate::{
    error::{AppError, FieldErrors, Next},
    tenants::{
        settings::{DispatchRules, MoneyRules, SecurityRules},
        store,
    },
};

/// The ranges of the numbers in [`DispatchForm`], in its order.
pub const DISPATCH_LIMITS: [(&str, RangeInclusive<u32>); 7] = [
    ("offer_seconds", 15..=300),
    ("search_minutes", 2..=120),
    ("search_radius", 1..=300),
    ("position_fresh_minutes", 1..=1440),
    ("dispatch_lead_minutes", 10..=1440),
    ("speed", 5..=130),
    ("promise_margin_percent", 0..=200),
];

/// The range of one of them in the tenant's units.
pub fn dispatch_limits(units: Units, name: &str, range: RangeInclusive<u32>) -> RangeInclusive<u32> {
    if matches!(name, "search_radius" | "speed") { units.limits(&range) } else { range }
}

/// The dispatch rules. [`crate::tenants::Settings`] explains the numbers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DispatchForm {
    pub offer_seconds: String,
    pub search_minutes: String,
    /// Kilometers or miles around the job.
    pub search_radius: String,
    /// Maximum age of a position, minutes.
    pub position_fresh_minutes: String,
    /// Dispatch lead before a scheduled time, minutes.
    pub dispatch_lead_minutes: String,
    /// Kilometers or miles per hour.
    pub speed: String,
    /// Percent added to the estimate.
    pub promise_margin_percent: String,
}

/// Changes the dispatch rules. Pending offers keep their deadline.
#[server(endpoint = "edit_dispatch_rules")]
pub async fn edit_dispatch_rules(#[server(flatten)] form: DispatchForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let typed = [
        &form.offer_seconds,
        &form.search_minutes,
        &form.search_radius,
        &form.position_fresh_minutes,
        &form.dispatch_lead_minutes,
        &form.speed,
        &form.promise_margin_percent,
    ];
    let mut errors = FieldErrors::default();
    let units = ctx.tenant.locale.units();
    let numbers: Vec<u32> = DISPATCH_LIMITS
        .into_iter()
        .zip(typed)
        .filter_map(|((name, range), text)| {
            errors.take(name, field::whole_number(text, dispatch_limits(units, name, range)))
        })
        .collect();
    let &[
        offer_seconds,
        search_minutes,
        search_radius,
        position_fresh_minutes,
        dispatch_lead_minutes,
        speed,
        promise_margin_percent,
    ] = numbers.as_slice()
    else {
        return Err(errors.into_error());
    };
    let mut tx = ctx.begin().await?;
    let before = store::find_by_id(&mut tx, ctx.tenant.id).await?.ok_or(AppError::NotFound)?.settings;
    let rules = DispatchRules {
        offer_seconds,
        search_minutes,
        search_radius_km: units.stored(search_radius, before.search_radius_km),
        position_fresh_minutes,
        dispatch_lead_minutes,
        speed_kmh: units.stored(speed, before.speed_kmh),
        promise_margin_percent,
    };
    store::change_settings(&mut tx, &rules).await?;
    saved(&ctx, tx, "dispatch", t!("tenants-saved-applies-to-jobs-dispatched-from")).await
}

/// Tax and payment handles.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoneyForm {
    pub tax: String,
    /// `true` if prices contain it; otherwise it is added to them.
    pub tax_included: String,
    /// `$name`; empty if not accepted.
    pub cashapp_handle: String,
    /// E-mail or phone; empty if not accepted.
    pub zelle_handle: String,
    /// A page of the version before has fees in this form, which the kinds of business keep now.
    pub dispatch_fee: Option<String>,
}

/// Changes tax and payment handles. Existing bookings keep the quoted price.
#[server(endpoint = "edit_money_rules")]
pub async fn edit_money_rules(#[server(flatten)] form: MoneyForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    if form.dispatch_fee.is_some() {
        return Err(AppError::conflict(t!("tenants-this-page-has-changed-reload-it")));
    }
    let mut errors = FieldErrors::default();
    let tax = errors.take("tax", form.tax.parse::<TaxRate>());
    let cashapp_handle = errors.take("cashapp_handle", field::optional(&form.cashapp_handle, 40));
    let zelle_handle = errors.take("zelle_handle", field::optional(&form.zelle_handle, 120));
    let (Some(tax), Some(cashapp_handle), Some(zelle_handle)) = (tax, cashapp_handle, zelle_handle) else {
        return Err(errors.into_error());
    };
    let rules = MoneyRules { tax, tax_included: form.tax_included == "true", cashapp_handle, zelle_handle };
    let mut tx = ctx.begin().await?;
    store::change_money_rules(&mut tx, &rules).await?;
    saved(&ctx, tx, "money", t!("tenants-saved-existing-bookings-keep-their-price")).await
}

/// Protection of the back office's accounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SecurityForm {
    /// `true` or nothing.
    pub staff_second_factor: String,
}

/// Changes the protection of the back office's accounts.
#[server(endpoint = "edit_security_rules")]
pub async fn edit_security_rules(#[server(flatten)] form: SecurityForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let staff_second_factor = form.staff_second_factor == "true";
    let mut tx = ctx.begin().await?;
    store::change_settings(&mut tx, &SecurityRules { staff_second_factor }).await?;
    let said = if staff_second_factor {
        t!("tenants-saved-staff-without-a-second-factor")
    } else {
        t!("tenants-saved-staff-sign-in-with-their")
    };
    saved(&ctx, tx, "security", said).await
}
