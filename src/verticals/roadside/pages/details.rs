use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    bookings::policy::books_for_themselves,
    catalog::PricedService,
    customers::{self, Customer, vehicles::SavedVehicle},
    error::AppError,
    payments::methods,
    places::geocoding,
    server::{Answer, Ctx, Page, Visit},
    tenants::{Tenant, pages::CustomerFrame},
    ui::{
        Choice, EmailField, ErrorSummary, FieldRow, FieldSet, HiddenField, Need, NumberField, PhoneField, PostForm,
        RadioGroup, TextArea, TextField, WidePage, form::FormState,
    },
    verticals::{
        parts::{not_bookable, service_time_fields},
        roadside::{
            RoadsideService,
            actions::StartBooking,
            draft::{Terms, price_of},
            islands::{PlaceFields, PlacesProps},
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
        Some(user) if books_for_themselves(user) => customers::store::find_by_user(&mut tx, user.id).await?,
        _ => None, // staff book for a caller
    };
    let now = tx.now;
    drop(tx);

    let mut form = visit.form(StartBooking::PATH);
    if form.values.is_empty() {
        form = prefilled(&visit.ctx, customer, &terms.saved);
    }
    let ctx = visit.ctx;
    let (service, brand) = (isolated(&name), isolated(&ctx.tenant.name));
    let description = t!(
        "roadside-with",
        service = service,
        brand = brand,
        price = price,
        description = isolated(&terms.service.description)
    );
    Page::new(name.clone(), move || {
        let tenant = ctx.tenant.clone();
        let places = PlacesProps::new(&terms.pricing(&tenant), &tenant, ctx.app.config.tile_url.clone(), &form);
        let lead = if terms.service.rules.instant {
            t!("roadside-price-nothing-is-booked-yet", price = price)
        } else {
            t!("roadside-we-confirm-before-anything-is-booked", price = price)
        };
        view! {
            <CustomerFrame ctx>
                <WidePage title=name lead=lead>
                    <BookingSteps at=Step::Details />
                    <PostForm action=StartBooking::PATH>
                        <ErrorSummary form=form.clone() />
                        <HiddenField name="service" value=terms.service.slug.clone() />
                        <PlaceFields props=places>
                            {service_time_fields(t!("roadside-when-should-we-come"), &form, &tenant, now, &terms.service.rules)}
                            {vehicle_fields(&form, &terms.saved)}
                            {payment_fields(&form, &tenant)}
                            {contact_fields(&form)}
                            <p class="faint small">{geocoding::CREDITS.say()}</p>
                        </PlaceFields>
                    </PostForm>
                </WidePage>
            </CustomerFrame>
        }
    })
    .listed(description)
    .answer()
}

/// "$100.00", or if miles are added "$125.00 + $3.00/mi".
fn price_in_short(tenant: &Tenant, offered: &PricedService) -> String {
    let Some(price) = price_of(&offered.prices) else { return String::new() };
    let base = tenant.money(price.base).to_string();
    match price.per_mile.filter(|_| RoadsideService::of(&offered.service).asks_destination) {
        Some(per_mile) => t!("roadside-base-and-per-mile", base = base, per_mile = tenant.money(per_mile)),
        None => base,
    }
}

/// The form filled in with what we know about the customer.
fn prefilled(ctx: &Ctx, customer: Option<Customer>, saved: &[SavedVehicle]) -> FormState {
    let mut values = vec![("when", "now".to_owned()), ("payment_method", "cash".to_owned())];
    if let Some(customer) = customer {
        values.push(("name", customer.name));
        values.push(("phone", ctx.tenant.written_phone(&customer.phone)));
        values.push(("email", customer.email.map(|email| email.to_string()).unwrap_or_default()));
    } else if let Some(user) = ctx.user.as_ref().filter(|user| books_for_themselves(user)) {
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
    let saved = (!saved.is_empty()).then(|| {
        let mut choices: Vec<_> =
            saved.iter().map(|saved| Choice::new(saved.id.to_string(), saved.vehicle.to_string())).collect();
        choices.push(Choice::new("", t!("roadside-another-vehicle")));
        view! { <RadioGroup legend=t!("roadside-which-vehicle") name="saved_vehicle" state=form.field("saved_vehicle") choices /> }
    });
    let [year, color, make, model, plate, notes] =
        ["vehicle_year", "vehicle_color", "vehicle_make", "vehicle_model", "vehicle_plate", "notes"]
            .map(|name| form.field(name));
    view! {
        <FieldSet legend=t!("roadside-your-vehicle")>
            {saved}
            <div class="stack new-vehicle">
                <FieldRow>
                    <NumberField label=t!("roadside-year") name="vehicle_year" state=year min=1900 max=2100 />
                    <TextField label=t!("roadside-make") name="vehicle_make" state=make maxlength=40 />
                </FieldRow>
                <FieldRow>
                    <TextField label=t!("roadside-model") name="vehicle_model" state=model maxlength=40 />
                    <TextField label=t!("roadside-color") name="vehicle_color" state=color maxlength=30 />
                </FieldRow>
                <TextField
                    label=t!("roadside-license-plate")
                    name="vehicle_plate"
                    state=plate
                    need=Need::Optional
                    maxlength=12
                    hint=t!("roadside-helps-us-find-you-in-a")
                />
            </div>
            <TextArea
                label=t!("roadside-anything-we-should-know")
                name="notes"
                state=notes
                need=Need::Optional
                rows=2
                maxlength=1000
                hint=t!("roadside-gate-code-level-of-the-parking")
            />
        </FieldSet>
    }
}

fn contact_fields(form: &FormState) -> impl IntoView + use<> {
    let [name, phone, email] = ["name", "phone", "email"].map(|name| form.field(name));
    view! {
        <FieldSet legend=t!("roadside-how-we-reach-you")>
            <TextField label=t!("roadside-your-name") name="name" state=name autocomplete="name" maxlength=120 />
                <PhoneField label=t!("roadside-phone") name="phone" state=phone hint=t!("roadside-your-technician-calls-this-number") />
                <EmailField label=t!("roadside-e-mail") name="email" state=email need=Need::Optional hint=t!("roadside-for-your-receipt-and-if-we") />
        </FieldSet>
    }
}

fn payment_fields(form: &FormState, tenant: &Tenant) -> impl IntoView + use<> {
    let choices =
        methods::accepted(tenant).into_iter().map(|method| Choice::new(method.as_str(), method.label())).collect();
    let payment_method = form.field("payment_method");
    view! {
        <div class="field-set">
            <RadioGroup
                legend=t!("roadside-how-will-you-pay")
                name="payment_method"
                state=payment_method
                hint=t!("roadside-you-pay-when-done-no-cards")
                choices
            />
        </div>
    }
}
