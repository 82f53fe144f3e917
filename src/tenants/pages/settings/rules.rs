use engine::{Amount, Money};
use leptos::{prelude::*, server_fn::ServerFn};

use super::typed::typed_or;
use crate::{
    tenants::{
        Tenant,
        actions::{DISPATCH_LIMITS, EditDispatchRules, EditMoneyRules, EditSecurityRules, MILES_CEILING},
    },
    ui::{self, FieldState, FormState, Need, TitledCard},
};

/// The dispatch rules.
#[component]
pub(super) fn DispatchSection(
    tenant: Tenant,
    /// The state of the rejected form.
    form: FormState,
) -> impl IntoView {
    let now = &tenant.settings;
    let form = typed_or(
        &form,
        [
            ("offer_seconds", now.offer_seconds.to_string()),
            ("search_minutes", now.search_minutes.to_string()),
            ("search_radius_km", now.search_radius_km.to_string()),
            ("position_fresh_minutes", now.position_fresh_minutes.to_string()),
            ("dispatch_lead_minutes", now.dispatch_lead_minutes.to_string()),
            ("speed_kmh", now.speed_kmh.to_string()),
            ("promise_margin_percent", now.promise_margin_percent.to_string()),
        ],
    );
    let number = |name: &'static str, label: &'static str, unit: &'static str, hint: &'static str| {
        let limits = DISPATCH_LIMITS.into_iter().find(|(known, _)| *known == name).map_or(0..=0, |(_, range)| range);
        let (min, max, state) = (i64::from(*limits.start()), i64::from(*limits.end()), form.field(name));
        view! { <ui::NumberField label name unit hint min max state /> }.into_any()
    };
    let offers = [
        number("offer_seconds", "Time to answer an offer", "s", "Then the next provider is asked."),
        number("search_minutes", "Search for at most", "min", "Then the customer and you are told."),
    ];
    let reach = [
        number("search_radius_km", "Look around the job", "km", "In a straight line."),
        number("position_fresh_minutes", "A position counts for", "min", "Older ones are not dispatched by."),
    ];
    let arrival = [
        number("dispatch_lead_minutes", "Look before a scheduled time", "min", "When the search for it begins."),
        number("speed_kmh", "Average speed", "km/h", "To estimate arrivals."),
    ];
    let margin = number(
        "promise_margin_percent",
        "Added to what is promised",
        "%",
        "Of the estimated arrival, so that promises hold.",
    );
    view! {
        <div id="dispatch">
            <TitledCard title="Dispatching">
                <ui::PostForm action=EditDispatchRules::PATH>
                    <ui::FieldRow>{offers}</ui::FieldRow>
                    <ui::FieldRow>{reach}</ui::FieldRow>
                    <ui::FieldRow>{arrival}</ui::FieldRow>
                    {margin}
                    <ui::PrimaryButton>"Save"</ui::PrimaryButton>
                </ui::PostForm>
            </TitledCard>
        </div>
    }
}

/// Fees, tax, mileage ceiling and payment handles.
#[component]
pub(super) fn MoneySection(
    tenant: Tenant,
    /// The state of the rejected form.
    form: FormState,
) -> impl IntoView {
    let now = &tenant.settings;
    let plain = |amount: i64| Money::new(Amount(amount), tenant.currency).to_plain_string();
    let form = typed_or(
        &form,
        [
            ("dispatch_fee", plain(now.dispatch_fee)),
            ("dry_run_fee", plain(now.dry_run_fee)),
            ("unknown_miles_ceiling", now.unknown_miles_ceiling.to_string()),
            ("tax", now.tax().to_string().trim_end_matches('%').to_owned()),
            ("cashapp_handle", now.cashapp_handle.clone().unwrap_or_default()),
            ("zelle_handle", now.zelle_handle.clone().unwrap_or_default()),
        ],
    );
    let sign = tenant.currency.symbol();
    let [dispatch_fee, dry_run_fee, miles, tax, cashapp, zelle] =
        ["dispatch_fee", "dry_run_fee", "unknown_miles_ceiling", "tax", "cashapp_handle", "zelle_handle"]
            .map(|name| form.field(name));
    let (min, max) = (i64::from(*MILES_CEILING.start()), i64::from(*MILES_CEILING.end()));
    view! {
        <div id="money">
            <TitledCard title="Fees and payments">
                <ui::PostForm action=EditMoneyRules::PATH>
                    <ui::FieldRow>
                        <ui::MoneyField
                            label="Cancelled on the way"
                            name="dispatch_fee"
                            hint="Once a provider is on the job."
                            sign
                            state=dispatch_fee
                        />
                        <ui::MoneyField
                            label="Cancelled after arrival"
                            name="dry_run_fee"
                            hint="Once the provider is there."
                            sign
                            state=dry_run_fee
                        />
                    </ui::FieldRow>
                    <ui::FieldRow>
                        <ui::NumberField
                            label="A tow with an open end"
                            name="unknown_miles_ceiling"
                            unit="miles"
                            hint="Charged for at most, without asking again."
                            min
                            max
                            state=miles
                        />
                        <ui::TextField
                            label="Tax on services, percent"
                            name="tax"
                            inputmode="decimal"
                            maxlength=10
                            autocomplete="off"
                            hint="Prices are without it. Three decimals at most."
                            state=tax
                        />
                    </ui::FieldRow>
                    <ui::FieldRow>
                        <ui::TextField
                            label="CashApp"
                            name="cashapp_handle"
                            need=Need::Optional
                            maxlength=40
                            autocomplete="off"
                            hint="Empty: you don't take it."
                            state=cashapp
                        />
                        <ui::TextField
                            label="Zelle"
                            name="zelle_handle"
                            need=Need::Optional
                            maxlength=120
                            autocomplete="off"
                            hint="Empty: you don't take it."
                            state=zelle
                        />
                    </ui::FieldRow>
                    <ui::PrimaryButton>"Save"</ui::PrimaryButton>
                </ui::PostForm>
            </TitledCard>
        </div>
    }
}

/// Protection of the back office's accounts.
#[component]
pub(super) fn SecuritySection(tenant: Tenant) -> impl IntoView {
    let state = FieldState::of(if tenant.settings.staff_second_factor { "true" } else { "" });
    view! {
        <div id="security">
            <TitledCard title="Sign-in of staff">
                <ui::PostForm action=EditSecurityRules::PATH>
                    <ui::Checkbox
                        label="Staff need a second factor"
                        name="staff_second_factor"
                        hint="A code from an app on their phone, besides the password. Who has none yet is asked to set one up before their next page."
                        state
                    />
                    <ui::PrimaryButton>"Save"</ui::PrimaryButton>
                </ui::PostForm>
                <p><a href="/admin/settings/sign-in">"Sign-in with accounts elsewhere"</a></p>
            </TitledCard>
        </div>
    }
}
