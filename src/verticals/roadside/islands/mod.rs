//! Interactive fields for where the car is and where it goes: the device's position, suggestions while typing, a pin on a map, and the price.
//!
//! All of it is also a plain form: without JavaScript the customer types the address, and the server finds the place.

#[cfg(feature = "hydrate")]
mod browser;
mod end;
mod end_state;
mod map;
mod miles_driven;
mod suggestions;

use engine::{Distance, GeoPoint};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Pricing;
use crate::ui::{FieldSet, Glyph, Icon, PriceLines, PrimaryButton, form::FormState};
use end::EndField;
use end_state::End;
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
}

#[cfg(feature = "ssr")]
impl PlacesProps {
    /// The props for a form of this tenant.
    pub fn new(pricing: &Pricing, tenant: &crate::tenants::Tenant, tile_url: Option<String>, form: &FormState) -> Self {
        let ours = |name: &String| {
            name.starts_with("destination")
                || ["address", "latitude", "longitude", "source", "placed"].contains(&name.as_str())
        };
        let values =
            form.values.iter().filter(|(name, _)| ours(name)).map(|(name, value)| (name.clone(), value.clone()));
        let errors =
            form.errors.iter().filter(|(name, _)| ours(name)).map(|(name, error)| (name.clone(), error.clone()));
        let form = FormState { values: values.collect(), errors: errors.collect(), ..FormState::default() };
        let postcode = tenant.postcode().to_owned();
        Self { pricing: pricing.clone(), center: tenant.center, postcode, tile_url, form }
    }
}

/// The fields for where the car is and, if the service has a destination, where it goes; after the other fields the current price, always visible.
#[island]
pub fn PlaceFields(
    props: PlacesProps,
    /// The other fields.
    children: Children,
) -> impl IntoView {
    let PlacesProps { pricing, center, postcode, tile_url, form } = props;
    let pickup = End::from_form(&form, "");
    let destination = End::from_form(&form, "destination_");
    let goes_somewhere = pricing.asks_destination;
    let tiles = StoredValue::new(tile_url);
    let [pickup_error, destination_error] = ["address", "destination"].map(|name| form.errors.get(name).cloned());
    let destination_field = goes_somewhere.then(|| {
        view! {
            <FieldSet legend="Where should it go?">
                <EndField
                    end=destination
                    label="Garage, home or any address".to_owned()
                    hint="Leave it empty if you don't know yet. You pay by the mile, up to a limit you see first"
                    error=destination_error
                    center
                    tiles
                />
            </FieldSet>
        }
    });
    view! {
        <div class="booking">
            <div class="booking-fields form">
                <FieldSet legend="Where is the car?">
                    <EndField
                        end=pickup
                        label=format!("Address, place or {postcode}")
                        hint="Like “Lenox Square, level 2” or “I-75 south at exit 252”"
                        error=pickup_error
                        center
                        tiles
                    />
                </FieldSet>
                {destination_field}
                {children()}
            </div>
            <div class="booking-price">
                {price_so_far(pricing, pickup, destination)}
                <PrimaryButton>"Review and price"<Icon glyph=Glyph::ArrowRight /></PrimaryButton>
            </div>
        </div>
    }
}

/// The price with the known distance.
fn price_so_far(pricing: Pricing, pickup: End, destination: End) -> impl IntoView {
    let shown = move || {
        let (from, to) = (pickup.position(), destination.position());
        let quote = pricing.quote(from, to).ok()?;
        let per_mile = pricing.money(pricing.price.per_mile.unwrap_or_default());
        let (way, total_label) = match pricing.distance(from, to) {
            Distance::None => (None, "Total"),
            Distance::Known(miles) => (Some(format!("About {miles} miles")), "Total"),
            Distance::Unknown { .. } => (Some(format!("Mileage is added at {per_mile} a mile")), "From"),
        };
        let most =
            quote.is_open().then(|| format!("We'll ask before charging more than {}.", pricing.money(quote.ceiling())));
        Some(view! {
            {way.map(|way| view! { <p class="price-preview-way">{way}</p> })}
            <PriceLines lines=pricing.shown_lines(&quote) total=pricing.money(quote.total()) total_label note=pricing.included_tax(&quote) />
            {most.map(|most| view! { <p class="muted small">{most}</p> })}
        })
    };
    view! { <div class="price-preview" role="status" aria-label="Price so far">{shown}</div> }
}
