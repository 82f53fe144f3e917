//! Roadside's interactive fields: where the car is and where it goes, with the price; and the miles driven.
//!
//! All of it is also a plain form: without JavaScript the customer types the address, and the server finds the place.

mod miles_driven;

use engine::{Distance, GeoPoint};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Pricing;
#[cfg(feature = "ssr")]
use crate::places::islands::{PickerProps, sentences};
use crate::{
    places::islands::{PlaceField, PlaceState},
    ui::{FieldSet, Glyph, Icon, PriceLines, PrimaryButton, form::FormState},
    words::Carried,
};
// The browser knows an island by the name it registers, so only the server names it here.
#[cfg(feature = "ssr")]
pub use miles_driven::MilesDriven;

/// The island's props; plain and serializable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlacesProps {
    pricing: Pricing,
    center: GeoPoint,
    /// "postcode" in the tenant's country.
    postcode: String,
    /// Address of map tiles with `{z}/{x}/{y}`; without it the map is drawn.
    tile_url: Option<String>,
    /// The values typed so far; only this island's fields.
    form: FormState,
    sentences: Carried,
}

/// How the keys of the islands' sentences begin.
#[cfg(feature = "ssr")]
pub const SENTENCES: &str = "roadside-islands-";

#[cfg(feature = "ssr")]
impl PlacesProps {
    /// The props for a form of this tenant.
    pub fn new(pricing: &Pricing, tenant: &crate::tenants::Tenant, tile_url: Option<String>, form: &FormState) -> Self {
        let form = form.only(|name| name.starts_with("destination") || PickerProps::FIELDS.contains(&name));
        let postcode = tenant.postcode().to_owned();
        Self {
            pricing: pricing.clone(),
            center: tenant.center,
            postcode,
            tile_url,
            form,
            sentences: Carried::beginning(SENTENCES).and(sentences()),
        }
    }
}

/// The fields for where the car is and, if the service has a destination, where it goes; after the other fields the current price, always visible.
#[island]
pub fn PlaceFields(
    props: PlacesProps,
    /// The other fields.
    children: Children,
) -> impl IntoView {
    let PlacesProps { pricing, center, postcode, tile_url, form, sentences } = props;
    sentences.learn();
    let pickup = PlaceState::from_form(&form, "address", "");
    let destination = PlaceState::from_form(&form, "destination", "destination_");
    let goes_somewhere = pricing.asks_destination;
    let tiles = StoredValue::new(tile_url);
    let [pickup_error, destination_error] = ["address", "destination"].map(|name| form.errors.get(name).cloned());
    let destination_field = goes_somewhere.then(|| {
        view! {
            <FieldSet legend=t!("roadside-islands-where-should-it-go")>
                <PlaceField
                    place=destination
                    label=t!("roadside-islands-garage-home-or-any-address").to_owned()
                    hint=t!("roadside-islands-leave-it-empty-if-you-dont").to_owned()
                    error=destination_error
                    is_required=false
                    center
                    tiles
                />
            </FieldSet>
        }
    });
    view! {
        <div class="booking">
            <div class="booking-fields form">
                <FieldSet legend=t!("roadside-islands-where-is-the-car")>
                    <PlaceField
                        place=pickup
                        label=t!("roadside-islands-address-place-or", postcode = postcode)
                        hint=t!("roadside-islands-like-lenox-square-level-2-or").to_owned()
                        error=pickup_error
                        is_required=true
                        center
                        tiles
                    />
                </FieldSet>
                {destination_field}
                {children()}
            </div>
            <div class="booking-price">
                {price_so_far(pricing, pickup, destination)}
                <PrimaryButton>{t!("roadside-islands-review-and-price")}<Icon glyph=Glyph::ArrowRight /></PrimaryButton>
            </div>
        </div>
    }
}

/// The price with the known distance.
fn price_so_far(pricing: Pricing, pickup: PlaceState, destination: PlaceState) -> impl IntoView {
    let shown = move || {
        let (from, to) = (pickup.position(), destination.position());
        let quote = pricing.quote(from, to).ok()?;
        let per_mile = pricing.money(pricing.price.per_mile.unwrap_or_default());
        let (way, total_label) = match pricing.distance(from, to) {
            Distance::None => (None, t!("roadside-islands-total")),
            Distance::Known(miles) => {
                (Some(t!("roadside-islands-about-miles", miles = miles)), t!("roadside-islands-total"))
            }
            Distance::Unknown { .. } => (
                Some(t!("roadside-islands-mileage-is-added-at-a-mile", per_mile = per_mile)),
                t!("roadside-islands-from"),
            ),
        };
        let most = quote.is_open().then(|| {
            t!("roadside-islands-well-ask-before-charging-more-than", ceiling = pricing.money(quote.ceiling()))
        });
        Some(view! {
            {way.map(|way| view! { <p class="price-preview-way">{way}</p> })}
            <PriceLines lines=pricing.shown_lines(&quote) total=pricing.money(quote.total()) total_label note=pricing.included_tax(&quote) />
            {most.map(|most| view! { <p class="muted small">{most}</p> })}
        })
    };
    view! { <div class="price-preview" role="status" aria-label=t!("roadside-islands-price-so-far")>{shown}</div> }
}
