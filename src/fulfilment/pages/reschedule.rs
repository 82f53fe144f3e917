use chrono::{DateTime, TimeDelta, Utc};
use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::{Booking, Key, appointment::MOST_DAYS, store::OpenedBooking},
    dispatch,
    error::AppError,
    fulfilment::{actions::MoveBooking, reschedule::is_movable},
    server::{Answer, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Card, CompactPage, DateField, ErrorSummary, FieldRow, FormState, HiddenField, PostForm, PrimaryButton,
        SecondaryLink, TimeField,
    },
};

/// `/b/{token}/move`: another time for an appointment.
pub async fn reschedule(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Token(visit.param("token")?);
    form_page(visit, key).await
}

/// `/account/bookings/{reference}/move`: the same for the account it belongs to.
pub async fn reschedule_own(visit: Visit) -> Result<Answer, AppError> {
    let key = Key::Reference(visit.param("reference")?);
    form_page(visit, key).await
}

async fn form_page(visit: Visit, key: Key) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let OpenedBooking { booking, service_name, .. } = key.open(&mut tx, &visit.ctx).await?;
    let jobs = dispatch::jobs_of(&mut tx, booking.id).await?;
    if !is_movable(&booking, &jobs) {
        return Ok(Answer::Redirect(key.path()));
    }
    let now = tx.now;
    drop(tx);
    let form = visit.form(MoveBooking::PATH);
    let ctx = visit.ctx;
    Page::new(t!("fulfilment-when-should-it-be-instead"), move || {
        let tenant = ctx.tenant.clone();
        let lead =
            t!("fulfilment-service-and-booking", service_name = isolated(&service_name), reference = booking.reference);
        let at = booking.scheduled_at.map(|at| tenant.appointment(at)).unwrap_or_default();
        let fields = moment_fields(&tenant, &booking, &form, now);
        view! {
            <CustomerFrame ctx>
                <CompactPage title=t!("fulfilment-when-should-it-be-instead") lead=lead>
                    <Card>
                        <p>{t!("fulfilment-it-is-booked-for-the-price", at = at)}</p>
                        <PostForm action=MoveBooking::PATH>
                            <ErrorSummary form=form.clone() />
                            {key.fields().map(|(name, value)| view! { <HiddenField name value /> })}
                            {fields}
                            <div class="wide">
                                <PrimaryButton>{t!("fulfilment-move-the-booking")}</PrimaryButton>
                            </div>
                            <div class="wide">
                                <SecondaryLink href=key.path()>{t!("fulfilment-keep-it-as-it-is")}</SecondaryLink>
                            </div>
                        </PostForm>
                    </Card>
                </CompactPage>
            </CustomerFrame>
        }
    })
    .answer()
}

/// Day and time, filled in with the present appointment.
pub fn moment_fields(
    tenant: &Tenant,
    booking: &Booking,
    form: &FormState,
    now: DateTime<Utc>,
) -> impl IntoView + use<> {
    let local = booking.scheduled_at.map(|at| tenant.zone.local(at));
    let form = form.clone().or_prefilled([
        ("date", local.map(|at| at.date().to_string()).unwrap_or_default()),
        ("time", local.map(|at| at.format("%H:%M").to_string()).unwrap_or_default()),
    ]);
    let today = tenant.zone.date(now).to_string();
    let last = tenant.zone.date(now + TimeDelta::days(MOST_DAYS)).to_string();
    let [date, time] = ["date", "time"].map(|name| form.field(name));
    let zone = tenant.zone.spoken(now);
    view! {
        <FieldRow>
            <DateField label=t!("fulfilment-day") name="date" state=date min=today max=last />
            <TimeField label=t!("fulfilment-time") name="time" state=time />
        </FieldRow>
        <p class="faint small">{zone}</p>
    }
}
