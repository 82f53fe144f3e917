use chrono::{DateTime, TimeDelta, Utc};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    catalog::PricedService,
    customers::{self, Customer, vehicles::SavedVehicle},
    error::AppError,
    geocoding,
    server::{Answer, Ctx, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Choice, DateField, EmailField, ErrorSummary, FieldRow, FieldSet, Glyph, HiddenField, Icon, Need, NumberField,
        PhoneField, PostForm, PrimaryButton, RadioGroup, StickyActions, TextArea, TextField, TimeField,
        form::FormState,
    },
    verticals::{
        parts::{not_bookable, price_in_short},
        roadside::{
            actions::StartBooking,
            draft::Terms,
            islands::{PlaceFields, PlacesProps},
            reading::{BOOKABLE_DAYS, payment_methods},
        },
        steps::{BookingSteps, Step},
    },
};

/// `/book/{service}`: the booking form, on one page.
pub async fn booking_form(visit: Visit, found: PricedService) -> Result<Answer, AppError> {
    let mut tx = visit.begin().await?;
    let name = found.service.name.clone();
    let price = price_in_short(&visit.ctx.tenant, &found);
    let Some(terms) = Terms::load(&mut tx, visit.ctx.user.as_ref().map(|user| user.id), found).await? else {
        return not_bookable(visit, name);
    };
    let customer = match &visit.ctx.user {
        Some(user) => customers::store::find_by_user(&mut tx, user.id).await?,
        None => None,
    };
    let now = tx.now;
    drop(tx);

    let mut form = visit.form(StartBooking::PATH);
    if form.values.is_empty() {
        form = prefilled(&visit.ctx, customer, &terms.saved);
    }
    let ctx = visit.ctx;
    Page::new(name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let places = PlacesProps::new(&terms.pricing(&tenant), &tenant, ctx.app.config.tile_url.clone(), &form);
        let lead = format!("{price}. Tell us where and what; you confirm on the next page.");
        view! {
            <CustomerFrame ctx>
                <crate::ui::Page title=name lead>
                    <BookingSteps at=Step::Details />
                    <PostForm action=StartBooking::PATH>
                        <ErrorSummary form=form.clone() />
                        <HiddenField name="service" value=terms.service.slug.clone() />
                        <PlaceFields props=places />
                        {vehicle_fields(&form, &terms.saved)}
                        {time_fields(&form, &tenant, now)}
                        {contact_fields(&form)}
                        {payment_fields(&form, &tenant)}
                        <StickyActions>
                            <PrimaryButton>"Review and price"<Icon glyph=Glyph::ArrowRight /></PrimaryButton>
                        </StickyActions>
                    </PostForm>
                    <p class="faint small">{geocoding::CREDITS}</p>
                </crate::ui::Page>
            </CustomerFrame>
        }
    })
    .answer()
}

/// The form filled in with what we know about the customer.
fn prefilled(ctx: &Ctx, customer: Option<Customer>, saved: &[SavedVehicle]) -> FormState {
    let mut values = vec![("when", "now".to_owned()), ("payment_method", "cash".to_owned())];
    if let Some(customer) = customer {
        values.push(("name", customer.name));
        values.push(("phone", customer.phone.to_string()));
        values.push(("email", customer.email.map(|email| email.to_string()).unwrap_or_default()));
    } else if let Some(user) = &ctx.user {
        values.push(("name", user.name.clone()));
        values.push(("phone", user.phone.clone().unwrap_or_default()));
        values.push(("email", user.email.clone()));
    }
    if let Some(newest) = saved.first() {
        values.push(("saved_vehicle", newest.id.to_string()));
    }
    FormState::prefilled(values)
}

fn vehicle_fields(form: &FormState, saved: &[SavedVehicle]) -> impl IntoView + use<> {
    let need = if saved.is_empty() { Need::Required } else { Need::Optional };
    let saved = (!saved.is_empty()).then(|| {
        let mut choices: Vec<_> =
            saved.iter().map(|saved| Choice::new(saved.id.to_string(), saved.vehicle.to_string())).collect();
        choices.push(Choice::new("", "Another vehicle"));
        view! { <RadioGroup legend="Which one" name="saved_vehicle" state=form.field("saved_vehicle") choices /> }
    });
    let [year, color, make, model, plate] =
        ["vehicle_year", "vehicle_color", "vehicle_make", "vehicle_model", "vehicle_plate"]
            .map(|name| form.field(name));
    view! {
        <FieldSet legend="Your vehicle">
            {saved}
            <div class="stack new-vehicle">
                <FieldRow>
                    <NumberField label="Year" name="vehicle_year" state=year need min=1900 max=2100 />
                    <TextField label="Color" name="vehicle_color" state=color need maxlength=30 />
                </FieldRow>
                <FieldRow>
                    <TextField label="Make" name="vehicle_make" state=make need maxlength=40 />
                    <TextField label="Model" name="vehicle_model" state=model need maxlength=40 />
                </FieldRow>
                <TextField
                    label="License plate"
                    name="vehicle_plate"
                    state=plate
                    need=Need::Optional
                    maxlength=12
                    hint="Helps us find you in a full parking lot"
                />
            </div>
        </FieldSet>
    }
}

fn time_fields(form: &FormState, tenant: &Tenant, now: DateTime<Utc>) -> impl IntoView + use<> {
    let today = tenant.zone.date(now);
    let last = tenant.zone.date(now + TimeDelta::days(BOOKABLE_DAYS));
    let zone = format!("{} time ({})", tenant.zone.as_str().replace('_', " "), tenant.zone.abbreviation(now));
    let choices = vec![Choice::new("now", "As soon as possible"), Choice::new("scheduled", "At a time I choose")];
    let [when, date, time] = ["when", "date", "time"].map(|name| form.field(name));
    view! {
        <FieldSet legend="When">
            <RadioGroup legend="When should we come?" name="when" state=when choices />
            <div class="schedule">
                <FieldRow>
                    <DateField label="Day" name="date" state=date need=Need::Optional min=today.to_string() max=last.to_string() />
                    <TimeField label="Time" name="time" state=time need=Need::Optional />
                </FieldRow>
                <p class="field-hint">{format!("In {zone}, where we work. Only needed for a time you choose.")}</p>
            </div>
        </FieldSet>
    }
}

fn contact_fields(form: &FormState) -> impl IntoView + use<> {
    let [name, phone, email] = ["name", "phone", "email"].map(|name| form.field(name));
    view! {
        <FieldSet legend="How we reach you">
            <TextField label="Your name" name="name" state=name autocomplete="name" maxlength=120 />
            <FieldRow>
                <PhoneField label="Phone" name="phone" state=phone hint="Your technician calls this number" />
                <EmailField label="E-mail" name="email" state=email need=Need::Optional hint="If we can't get through by phone" />
            </FieldRow>
        </FieldSet>
    }
}

fn payment_fields(form: &FormState, tenant: &Tenant) -> impl IntoView + use<> {
    let choices =
        payment_methods(tenant).into_iter().map(|method| Choice::new(method.as_str(), method.label())).collect();
    let [payment_method, notes] = ["payment_method", "notes"].map(|name| form.field(name));
    view! {
        <FieldSet legend="Paying">
            <RadioGroup
                legend="How will you pay?"
                name="payment_method"
                state=payment_method
                hint="When the work is done. Paying by card is not switched on yet."
                choices
            />
            <TextArea
                label="Anything we should know?"
                name="notes"
                state=notes
                need=Need::Optional
                rows=2
                maxlength=1000
                hint="Gate code, level of the parking deck, what happened"
            />
        </FieldSet>
    }
}
