//! What roadside assistance adds to the form by which staff make a booking.

use engine::{Distance, Id, Quote, QuoteError};
use leptos::prelude::*;
use sqlx::PgConnection;

use super::{
    Pricing, RoadsideForm, RoadsideService,
    draft::{Terms, price_of},
    make::NewDetails,
    reading::Reader,
    store::{self, RoadsideDetails},
};
use crate::{
    catalog::Service,
    customers::Customer,
    error::{AppError, FieldErrors},
    ui::{Choice, FieldRow, FormState, Need, NumberField, RadioGroup, TextField},
    verticals::office::{OfficeCall, OfficeOrder, OfficePlace, SITE, Saved, detail},
};

const DESTINATION: &str = "destination";

/// How many vehicles a customer chooses from.
const MOST_SAVED: usize = 5;

pub(super) fn places(service: &Service) -> &'static [OfficePlace] {
    const PLACES: &[OfficePlace] = &[OfficePlace {
        name: DESTINATION,
        label: phrase!("roadside-tow-to"),
        hint: phrase!("roadside-a-garage-a-home-or-any"),
    }];
    if RoadsideService::of(service).asks_destination { PLACES } else { &[] }
}

pub(super) fn fields(form: &FormState, saved: &[Saved]) -> AnyView {
    let choose = (!saved.is_empty()).then(|| {
        let mut choices: Vec<_> = saved.iter().map(|saved| Choice::new(&saved.label, &saved.label)).collect();
        choices.push(Choice::new("", t!("roadside-another-vehicle")));
        view! { <RadioGroup legend=t!("roadside-which-vehicle") name="saved" state=form.field("saved") choices /> }
    });
    let [year, make, model, color, plate] =
        ["vehicle_year", "vehicle_make", "vehicle_model", "vehicle_color", "vehicle_plate"].map(detail);
    let state = |name: &str| form.field(name);
    let [its_year, its_make, its_model, its_color, its_plate] =
        [&year, &make, &model, &color, &plate].map(|name| state(name));
    view! {
        {choose}
        <div class="stack new-vehicle">
            <FieldRow>
                <NumberField label=t!("roadside-year") name=year state=its_year min=1900 max=2100 />
                <TextField label=t!("roadside-make") name=make state=its_make maxlength=40 />
            </FieldRow>
            <FieldRow>
                <TextField label=t!("roadside-model") name=model state=its_model maxlength=40 />
                <TextField label=t!("roadside-color") name=color state=its_color maxlength=30 />
            </FieldRow>
            <TextField label=t!("roadside-license-plate") name=plate state=its_plate need=Need::Optional maxlength=12 />
        </div>
    }
    .into_any()
}

/// The vehicles of a customer: those of their account, and those of their bookings.
pub(super) async fn saved_of(db: &mut PgConnection, customer: Id<Customer>) -> Result<Vec<Saved>, AppError> {
    let mut saved: Vec<Saved> = Vec::new();
    for vehicle in store::vehicles_of(db, customer).await? {
        let form = RoadsideForm {
            vehicle_year: vehicle.year.to_string(),
            vehicle_make: vehicle.make.clone(),
            vehicle_model: vehicle.model.clone(),
            vehicle_color: vehicle.color.clone(),
            vehicle_plate: vehicle.plate.clone().unwrap_or_default(),
            ..RoadsideForm::default()
        };
        let mut details = form.values();
        details.retain(|name, _| name.starts_with("vehicle_"));
        let found = Saved { label: vehicle.to_string(), details };
        if !saved.contains(&found) {
            saved.push(found);
        }
    }
    saved.truncate(MOST_SAVED);
    Ok(saved)
}

pub(super) fn price(call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
    pricing(call)?.quote(call.point(SITE), call.point(DESTINATION))
}

pub(super) fn read(call: &OfficeCall<'_>) -> Result<OfficeOrder<NewDetails>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let (tenant, service) = (call.tenant, call.service);
    let (asks_destination, rules) = (RoadsideService::of(service).asks_destination, &service.rules);
    let reader = Reader { tenant, asks_destination, rules, saved: &[], now: call.now };
    let vehicle = reader.vehicle(&RoadsideForm::from_values(call.details), &mut errors);
    let Some(vehicle) = vehicle else { return Err(errors) };
    let distance = pricing(call).map(|pricing| pricing.distance(call.point(SITE), call.point(DESTINATION)));
    let miles = match distance {
        Ok(Distance::Known(miles)) => Some(miles),
        _ => None,
    };
    let details = RoadsideDetails::new(vehicle, call.places.get(DESTINATION), miles);
    Ok(OfficeOrder::of(NewDetails { details, is_remembered: false }))
}

fn pricing(call: &OfficeCall<'_>) -> Result<Pricing, QuoteError> {
    let price = price_of(call.prices).ok_or(QuoteError::NoPrice)?;
    Ok(Terms { service: call.service.clone(), price, saved: Vec::new() }.pricing(call.tenant))
}
