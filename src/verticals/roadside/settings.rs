//! The card of roadside assistance among the settings.

use std::ops::RangeInclusive;

use engine::{Amount, Money, field};
use leptos::{prelude::*, server, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::rules::Rules;
use crate::{
    error::{AppError, FieldErrors, Next, Sentence},
    tenants::{
        Tenant,
        actions::{changes_settings, saved},
        store,
    },
    ui::{self, FormState, TitledCard},
};

/// The range of the miles that limit the price of a tow whose destination is unknown.
const MILES_CEILING: RangeInclusive<u32> = 1..=500;

/// The maximum of a fee: a higher amount is probably meant in another currency.
const HIGHEST_FEE_MAJOR: i64 = 10_000;

/// Cancellation fees and mileage ceiling.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RulesForm {
    /// Fee for cancelling after a provider was assigned.
    pub dispatch_fee: String,
    /// Fee for cancelling after the provider has arrived.
    pub dry_run_fee: String,
    pub unknown_miles_ceiling: String,
}

/// Changes the cancellation fees and the mileage ceiling. Existing bookings keep the quoted price.
#[server(endpoint = "roadside_edit_rules")]
pub async fn edit_rules(#[server(flatten)] form: RulesForm) -> Result<Next, AppError> {
    let ctx = changes_settings()?;
    let currency = ctx.tenant.currency;
    let highest = Amount(HIGHEST_FEE_MAJOR * currency.minor_per_major());
    let fee = |text: &str| match Money::parse(text, currency) {
        Ok(money) if money.amount > highest => Err(t!("roadside-use-at-most", highest = ctx.tenant.money(highest))),
        Ok(money) => Ok(money.amount),
        Err(error) => Err(error.sentence()),
    };
    let mut errors = FieldErrors::default();
    let dispatch_fee = errors.take("dispatch_fee", fee(&form.dispatch_fee));
    let dry_run_fee = errors.take("dry_run_fee", fee(&form.dry_run_fee));
    let miles = errors.take("unknown_miles_ceiling", field::whole_number(&form.unknown_miles_ceiling, MILES_CEILING));
    let (Some(dispatch_fee), Some(dry_run_fee), Some(unknown_miles_ceiling)) = (dispatch_fee, dry_run_fee, miles)
    else {
        return Err(errors.into_error());
    };
    if dry_run_fee < dispatch_fee {
        return Err(AppError::invalid("dry_run_fee", t!("roadside-this-fee-cant-be-lower-than")));
    }
    let rules = Rules { dispatch_fee: dispatch_fee.minor(), dry_run_fee: dry_run_fee.minor(), unknown_miles_ceiling };
    let mut tx = ctx.begin().await?;
    store::change_settings(&mut tx, &rules).await?;
    saved(&ctx, tx, "roadside", t!("roadside-saved-existing-bookings-keep-their-price")).await
}

/// The form of these rules.
pub(super) fn section(tenant: &Tenant, form: &FormState) -> AnyView {
    let now = Rules::of(tenant);
    let plain = |amount: i64| tenant.typed_money(Amount(amount));
    let form = form.clone().or_prefilled([
        ("dispatch_fee", plain(now.dispatch_fee)),
        ("dry_run_fee", plain(now.dry_run_fee)),
        ("unknown_miles_ceiling", now.unknown_miles_ceiling.to_string()),
    ]);
    let sign = tenant.currency.symbol();
    let [dispatch_fee, dry_run_fee, miles] =
        ["dispatch_fee", "dry_run_fee", "unknown_miles_ceiling"].map(|name| form.field(name));
    let (min, max) = (i64::from(*MILES_CEILING.start()), i64::from(*MILES_CEILING.end()));
    view! {
        <TitledCard title=t!("roadside-roadside-assistance")>
            <ui::PostForm action=EditRules::PATH>
                <ui::FieldRow>
                    <ui::MoneyField
                        label=t!("roadside-cancelled-on-the-way")
                        name="dispatch_fee"
                        hint=t!("roadside-after-a-provider-is-assigned")
                        sign
                        state=dispatch_fee
                    />
                    <ui::MoneyField
                        label=t!("roadside-cancelled-after-arrival")
                        name="dry_run_fee"
                        hint=t!("roadside-after-the-provider-has-arrived")
                        sign
                        state=dry_run_fee
                    />
                </ui::FieldRow>
                <ui::NumberField
                    label=t!("roadside-tow-without-a-known-destination")
                    name="unknown_miles_ceiling"
                    unit="miles"
                    hint=t!("roadside-the-most-miles-charged-without-asking")
                    min
                    max
                    state=miles
                />
                <ui::SaveBar><ui::PrimaryButton>{t!("roadside-save")}</ui::PrimaryButton></ui::SaveBar>
            </ui::PostForm>
        </TitledCard>
    }
    .into_any()
}
