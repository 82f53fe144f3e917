//! The form that says how a service may be booked.

use engine::Locale;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    admin::actions::{ChangeServiceRules, tier_name},
    catalog::{Service, ServiceRules, cancellation_in_words},
    ui::{self, FormState, HiddenField, Need, TitledCard},
};

/// How many rules for cancelling can be added at a time.
const MORE_TIERS: usize = 2;

#[component]
pub(super) fn RulesCard(service: Service, locale: Locale, form: FormState) -> impl IntoView {
    let (vertical, rules) = (service.vertical, &service.rules);
    let shown = form.or_prefilled(values(rules, locale));
    let times = vertical.is_priced_by_time().then(|| {
        let [least, most] = ["min_minutes", "max_minutes"].map(|name| shown.field(name));
        view! {
            <ui::FieldRow>
                <ui::NumberField label=t!("admin-shortest-time") name="min_minutes" need=Need::Optional min=1 unit="min" state=least />
                <ui::NumberField label=t!("admin-longest-time") name="max_minutes" need=Need::Optional min=1 unit="min" state=most />
            </ui::FieldRow>
        }
    });
    let numbers = vertical.is_priced_by_number().then(|| {
        let [least, most] = ["min_units", "max_units"].map(|name| shown.field(name));
        view! {
            <ui::FieldRow>
                <ui::NumberField label=t!("admin-least-number") name="min_units" need=Need::Optional min=1 max=1000 state=least />
                <ui::NumberField label=t!("admin-largest-number") name="max_units" need=Need::Optional min=1 max=1000 state=most />
            </ui::FieldRow>
        }
    });
    let cancelling = vertical.cancels_by_time().then(|| cancelling(rules, locale, &shown));
    let [notice, days, request, answer] =
        ["notice", "horizon_days", "on_request", "answer_hours"].map(|name| shown.field(name));
    view! {
        <TitledCard title=t!("admin-how-it-can-be-booked")>
            <ui::PostForm action=ChangeServiceRules::PATH>
                <HiddenField name="service" value=service.id.to_string() />
                <ui::FieldRow>
                    <ui::NumberField
                        label=t!("admin-notice")
                        name="notice"
                        need=Need::Optional
                        min=0
                        unit="min"
                        hint=t!("admin-at-least-this-long-before")
                        state=notice
                    />
                    <ui::NumberField
                        label=t!("admin-days-ahead")
                        name="horizon_days"
                        need=Need::Optional
                        min=1
                        max=730
                        hint=t!("admin-no-earlier-than-this-before-usually")
                        state=days
                    />
                </ui::FieldRow>
                {times}
                {numbers}
                <ui::Checkbox label=t!("admin-we-confirm-each-booking-first") name="on_request" state=request />
                <ui::NumberField
                    label=t!("admin-hours-to-answer")
                    name="answer_hours"
                    need=Need::Optional
                    min=1
                    max=720
                    hint=t!("admin-if-we-confirm-first-a-request")
                    state=answer
                />
                {cancelling}
                <p class="faint small">{t!("admin-applies-to-new-bookings-by-customers")}</p>
                <ui::SecondaryButton>{t!("admin-save-rules")}</ui::SecondaryButton>
            </ui::PostForm>
        </TitledCard>
    }
}

/// The rules for cancelling by the time that is left.
fn cancelling(rules: &ServiceRules, locale: Locale, shown: &FormState) -> impl IntoView + use<> {
    let now = cancellation_in_words(&rules.cancellation, locale).join(" ");
    let count = rules.cancellation.tiers().len() + MORE_TIERS;
    let rows = (0..count)
        .map(|row| {
            let [before, refund] = ["hours_before", "refund"].map(|name| format!("{name}[{}]", tier_name(row)));
            let [hours, percent] = [&before, &refund].map(|name| shown.field(name));
            view! {
                <ui::FieldRow>
                    <ui::NumberField label=t!("admin-hours-before") name=before need=Need::Optional min=0 max=8760 state=hours />
                    <ui::NumberField label=t!("admin-refund") name=refund need=Need::Optional min=0 max=100 unit="%" state=percent />
                </ui::FieldRow>
            }
        })
        .collect_view();
    view! {
        <ui::FieldSet legend=t!("admin-cancelling")>
            <p class="muted small">{now}</p>
            {rows}
        </ui::FieldSet>
    }
}

/// The rules as the fields show them.
fn values(rules: &ServiceRules, locale: Locale) -> Vec<(String, String)> {
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    let tiers = rules.cancellation.tiers().iter().enumerate().flat_map(|(row, tier)| {
        [
            (format!("hours_before[{}]", tier_name(row)), (tier.minutes_before / 60).to_string()),
            (format!("refund[{}]", tier_name(row)), locale.typed_percent(tier.refund)),
        ]
    });
    [
        ("notice", number(Some(rules.notice_minutes).filter(|minutes| *minutes > 0))),
        ("horizon_days", number(Some(rules.horizon_days))),
        ("on_request", if rules.instant { String::new() } else { "true".to_owned() }),
        ("answer_hours", number(Some(rules.answer_minutes / 60))),
        ("min_minutes", number(rules.min_minutes)),
        ("max_minutes", number(rules.max_minutes)),
        ("min_units", number(Some(rules.min_units))),
        ("max_units", number(rules.max_units)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .chain(tiers)
    .collect()
}
