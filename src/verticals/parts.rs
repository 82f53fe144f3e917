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
                <crate::ui::Page title=format!("{} can't be booked right now", isolated(&service))>
                    <EmptyState
                        glyph=Glyph::TrafficCone
                        title="We don't offer this at the moment"
                        text="Call us, or choose another service. Existing bookings stay."
                    >
                        <PrimaryLink href=call><Icon glyph=Glyph::Phone />"Call us"</PrimaryLink>
                        <SecondaryLink href=begins_at>"Other services"</SecondaryLink>
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
    let choices = vec![Choice::new("now", "As soon as possible"), Choice::new("scheduled", "At a time I choose")];
    let [when, date, time] = ["when", "date", "time"].map(|name| form.field(name));
    view! {
        <div class="field-set">
            <RadioGroup legend name="when" state=when choices />
            <div class="schedule stack">
                <FieldRow>
                    <DateField label="Day" name="date" state=date min=today.to_string() max=last.to_string() />
                    <TimeField label="Time" name="time" state=time />
                </FieldRow>
                <p class="faint small">{zone}</p>
            </div>
        </div>
    }
}
