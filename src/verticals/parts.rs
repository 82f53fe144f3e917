//! Parts of booking pages that verticals share.

use chrono::{DateTime, TimeDelta, Utc};
use engine::field::isolated;
use leptos::prelude::*;

use crate::{
    error::AppError,
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Choice, DateField, EmptyState, FieldRow, FormState, Glyph, Icon, PrimaryLink, RadioGroup, SecondaryLink,
        TimeField,
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

/// "As soon as possible", or a day and time, up to so many days ahead.
pub fn time_fields(
    legend: &'static str,
    form: &FormState,
    tenant: &Tenant,
    now: DateTime<Utc>,
    days: i64,
) -> impl IntoView + use<> {
    let today = tenant.zone.date(now);
    let last = tenant.zone.date(now + TimeDelta::days(days));
    let zone = tenant.zone.spoken(now);
    let choices = vec![
        Choice::new("now", t!("verticals-as-soon-as-possible")),
        Choice::new("scheduled", t!("verticals-at-a-time-i-choose")),
    ];
    let [when, date, time] = ["when", "date", "time"].map(|name| form.field(name));
    view! {
        <div class="field-set">
            <RadioGroup legend name="when" state=when choices />
            <div class="schedule stack">
                <FieldRow>
                    <DateField label=t!("verticals-day") name="date" state=date min=today.to_string() max=last.to_string() />
                    <TimeField label=t!("verticals-time") name="time" state=time />
                </FieldRow>
                <p class="faint small">{zone}</p>
            </div>
        </div>
    }
}
