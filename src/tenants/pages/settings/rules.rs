use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    tenants::{
        Tenant,
        actions::{DISPATCH_LIMITS, EditDispatchRules, EditMoneyRules, EditSecurityRules, dispatch_limits},
    },
    ui::{self, FieldState, FormState, Need, TitledCard},
};

#[component]
pub(super) fn DispatchSection(tenant: Tenant, form: FormState) -> impl IntoView {
    let now = &tenant.settings;
    let units = tenant.locale.units();
    let form = form.or_prefilled([
        ("offer_seconds", now.offer_seconds.to_string()),
        ("search_minutes", now.search_minutes.to_string()),
        ("search_radius", units.shown(now.search_radius_km).to_string()),
        ("position_fresh_minutes", now.position_fresh_minutes.to_string()),
        ("dispatch_lead_minutes", now.dispatch_lead_minutes.to_string()),
        ("speed", units.shown(now.speed_kmh).to_string()),
        ("promise_margin_percent", now.promise_margin_percent.to_string()),
    ]);
    let number = |name: &'static str, label: &'static str, unit: &'static str, hint: &'static str| {
        let limits = DISPATCH_LIMITS.into_iter().find(|(known, _)| *known == name).map_or(0..=0, |(_, range)| range);
        let limits = dispatch_limits(units, name, limits);
        let (min, max, state) = (i64::from(*limits.start()), i64::from(*limits.end()), form.field(name));
        view! { <ui::NumberField label name unit hint min max state /> }.into_any()
    };
    let offers = [
        number(
            "offer_seconds",
            t!("tenants-time-to-answer-an-offer"),
            "s",
            t!("tenants-after-that-the-next-provider-is"),
        ),
        number("search_minutes", t!("tenants-search-time"), "min", t!("tenants-after-that-you-and-the-customer")),
    ];
    let reach = [
        number(
            "search_radius",
            t!("tenants-search-radius"),
            units.distance(),
            t!("tenants-in-a-straight-line-from-the"),
        ),
        number(
            "position_fresh_minutes",
            t!("tenants-location-expires-after"),
            "min",
            t!("tenants-providers-with-an-older-location-get"),
        ),
    ];
    let arrival = [
        number(
            "dispatch_lead_minutes",
            t!("tenants-lead-time-for-scheduled-jobs"),
            "min",
            t!("tenants-the-search-begins-this-long-before"),
        ),
        number("speed", t!("tenants-average-speed"), units.speed(), t!("tenants-used-to-estimate-arrivals")),
    ];
    let margin = number(
        "promise_margin_percent",
        t!("tenants-eta-buffer"),
        "%",
        t!("tenants-added-to-the-estimated-drive-time"),
    );
    view! {
        <div id="dispatch">
            <TitledCard title=t!("tenants-dispatching")>
                <ui::PostForm action=EditDispatchRules::PATH>
                    <ui::FieldRow>{offers}</ui::FieldRow>
                    <ui::FieldRow>{reach}</ui::FieldRow>
                    <ui::FieldRow>{arrival}</ui::FieldRow>
                    {margin}
                    <ui::SaveBar><ui::PrimaryButton>{t!("tenants-save")}</ui::PrimaryButton></ui::SaveBar>
                </ui::PostForm>
            </TitledCard>
        </div>
    }
}

/// Tax and payment handles.
#[component]
pub(super) fn MoneySection(tenant: Tenant, form: FormState) -> impl IntoView {
    let now = &tenant.settings;
    let form = form.or_prefilled([
        ("tax", tenant.locale.typed_percent(now.tax().rate)),
        ("tax_included", if now.tax_included { "true".to_owned() } else { String::new() }),
        ("cashapp_handle", now.cashapp_handle.clone().unwrap_or_default()),
        ("zelle_handle", now.zelle_handle.clone().unwrap_or_default()),
    ]);
    let [tax, included, cashapp, zelle] =
        ["tax", "tax_included", "cashapp_handle", "zelle_handle"].map(|name| form.field(name));
    view! {
        <div id="money">
            <TitledCard title=t!("tenants-tax-and-payments")>
                <ui::PostForm action=EditMoneyRules::PATH>
                    <ui::TextField
                        label=t!("tenants-tax-on-services-percent")
                        name="tax"
                        inputmode="decimal"
                        maxlength=10
                        autocomplete="off"
                        hint=t!("tenants-up-to-three-decimals")
                        state=tax
                    />
                    <ui::Checkbox
                        label=t!("tenants-our-prices-include-the-tax")
                        name="tax_included"
                        hint=t!("tenants-if-not-it-is-added-to")
                        state=included
                    />
                    <ui::FieldRow>
                        <ui::TextField
                            label=t!("tenants-cashapp")
                            name="cashapp_handle"
                            need=Need::Optional
                            maxlength=40
                            autocomplete="off"
                            hint=t!("tenants-leave-empty-if-you-dont-take")
                            state=cashapp
                        />
                        <ui::TextField
                            label=t!("tenants-zelle")
                            name="zelle_handle"
                            need=Need::Optional
                            maxlength=120
                            autocomplete="off"
                            hint=t!("tenants-leave-empty-if-you-dont-take")
                            state=zelle
                        />
                    </ui::FieldRow>
                    <ui::SaveBar><ui::PrimaryButton>{t!("tenants-save")}</ui::PrimaryButton></ui::SaveBar>
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
            <TitledCard title=t!("tenants-staff-sign-in")>
                <ui::PostForm action=EditSecurityRules::PATH>
                    <ui::Checkbox
                        label=t!("tenants-require-a-second-factor-for-staff")
                        name="staff_second_factor"
                        hint=t!("tenants-a-code-from-an-app-on")
                        state
                    />
                    <ui::SaveBar><ui::PrimaryButton>{t!("tenants-save")}</ui::PrimaryButton></ui::SaveBar>
                </ui::PostForm>
                <p><a href="/admin/settings/sign-in">{t!("tenants-sign-in-with-other-accounts")}</a></p>
            </TitledCard>
        </div>
    }
}
