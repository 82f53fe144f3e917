use engine::GeoPoint;
use leptos::{html::Div, prelude::*};

use super::state::PlaceState;

/// A map to put a pin on. Drawn by `public/vendor/pin-map.js`, which loads Leaflet when it is first needed.
#[component]
pub fn PinMap(place: PlaceState, center: GeoPoint, tiles: Option<String>) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        let start = place.point.get_untracked().map(|(_, point)| point);
        #[cfg(feature = "hydrate")]
        super::browser::open_map(&frame, center, start, tiles.as_deref(), move |point| {
            place.locate(crate::bookings::LocationSource::Pin, point);
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = (frame, start, center, &tiles);
    });
    view! {
        <div class="map" role="group" aria-label=t!("places-islands-map-put-the-pin-where-it") node_ref=frame></div>
        <p class="field-hint">{t!("places-islands-tap-the-map-to-drop-the")}</p>
    }
}
