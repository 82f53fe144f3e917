//! Parts of booking pages that verticals share.

use chrono::{DateTime, TimeDelta, Utc};
use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    catalog::{ServiceRules, duration},
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Choice, DateField, EmptyState, FieldRow, FieldSet, FormState, Glyph, HiddenField, Icon, PrimaryLink,
        RadioGroup, SecondaryLink, TimeField,
    },
};

/// The page of a service that can't be booked at the moment.
pub(super) fn not_bookable(visit: Visit, service: String) -> Result<Answer, AppError> {
    let ctx = visit.ctx;
    Page::new(service.clone(), move || {
        let (call, begins_at) = (format!("tel:{}", ctx.tenant.phone), ctx.tenant.begins_at());
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=t!("verticals-cant-be-booked-right-now", service = isolated(&service))>
                    <EmptyState
                        glyph=Glyph::TrafficCone
                        title=t!("verticals-we-dont-offer-this-at-the")
                        text=t!("verticals-call-us-or-choose-another-service")
                    >
                        <PrimaryLink href=call><Icon glyph=Glyph::Phone />{t!("verticals-call-us")}</PrimaryLink>
                        <SecondaryLink href=begins_at>{t!("verticals-other-services")}</SecondaryLink>
                    </EmptyState>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// "As soon as possible", or a day and time, as far ahead as the rules allow; only the time if they ask for notice.
pub fn service_time_fields(
    legend: &'static str,
    form: &FormState,
    tenant: &Tenant,
    now: DateTime<Utc>,
    rules: &ServiceRules,
) -> AnyView {
    let answer = (!rules.instant)
        .then(|| t!("verticals-we-confirm-it-within", time = duration(rules.answer_minutes, tenant.locale)))
        .map(|answer| view! { <p class="faint small">{answer}</p> });
    // A form that was opened under other rules said "as soon as possible": its error needs the choice.
    if rules.notice_minutes == 0 || form.field("when").error.is_some() {
        let later = t!("verticals-at-a-time-i-choose");
        let fields = time_fields([legend, later], form, tenant, now, rules.horizon_days.into());
        return view! { {fields} {answer} }.into_any();
    }
    let notice = t!("verticals-at-least-from-now", notice = duration(rules.notice_minutes, tenant.locale));
    let earliest = now + TimeDelta::minutes(rules.notice_minutes.into());
    let moment = moment_fields(form, tenant, [earliest, now + TimeDelta::days(rules.horizon_days.into())]);
    view! {
        <FieldSet legend>
            <HiddenField name="when" value="scheduled" />
            <p class="muted small">{notice}</p>
            {moment}
            {answer}
        </FieldSet>
    }
    .into_any()
}

/// A day and time between two moments.
fn moment_fields(form: &FormState, tenant: &Tenant, [first, last]: [DateTime<Utc>; 2]) -> impl IntoView + use<> {
    let [min, max] = [first, last].map(|at| tenant.zone.date(at).to_string());
    let [date, time] = ["date", "time"].map(|name| form.field(name));
    view! {
        <FieldRow>
            <DateField label=t!("verticals-day") name="date" state=date min max />
            <TimeField label=t!("verticals-time") name="time" state=time />
        </FieldRow>
        <p class="faint small">{tenant.zone.spoken(first)}</p>
    }
}

/// "As soon as possible", or, with a label of its own, a day and time up to so many days ahead.
pub fn time_fields(
    [legend, later]: [&'static str; 2],
    form: &FormState,
    tenant: &Tenant,
    now: DateTime<Utc>,
    days: i64,
) -> impl IntoView + use<> {
    let moment = moment_fields(form, tenant, [now, now + TimeDelta::days(days)]);
    let choices = vec![Choice::new("now", t!("verticals-as-soon-as-possible")), Choice::new("scheduled", later)];
    let when = form.field("when");
    view! {
        <div class="field-set">
            <RadioGroup legend name="when" state=when choices />
            <div class="schedule stack">{moment}</div>
        </div>
    }
}
