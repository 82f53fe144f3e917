use engine::GeoPoint;
use leptos::{html::Div, prelude::*};

use super::end_state::End;

/// A map to put a pin on. Drawn by `public/vendor/pin-map.js`, which loads Leaflet when it is first needed.
#[component]
pub(super) fn PinMap(end: End, center: GeoPoint, tiles: Option<String>) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        let start = end.point.get_untracked().map(|(_, point)| point);
        #[cfg(feature = "hydrate")]
        super::browser::open_map(&frame, center, start, tiles.as_deref(), move |point| {
            end.locate(crate::bookings::LocationSource::Pin, point);
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = (frame, start, center, &tiles);
    });
    view! {
        <div class="map" role="group" aria-label=t!("roadside-islands-map-put-the-pin-where-it") node_ref=frame></div>
        <p class="field-hint">{t!("roadside-islands-tap-the-map-to-drop-the")}</p>
    }
}
