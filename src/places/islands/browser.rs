//! Browser functions: measuring the position, and showing a map.

use engine::GeoPoint;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, Event, Position, PositionError, PositionOptions};

/// The script that draws the map; the version (build.rs) prevents the use of an old copy.
const PIN_MAP: &str = concat!("/vendor/pin-map.js?v=", env!("SCRIPTS_VERSION"));

/// Time limit of a measurement, in milliseconds.
const MEASURING_AT_MOST: u32 = 15_000;

/// A position older than this is measured again, in milliseconds.
const OLD: u32 = 60_000;

/// Measures the device's position; the error says why it failed.
pub fn device_position(answer: impl Fn(Result<GeoPoint, &'static str>) + Copy + 'static) {
    let Some(geolocation) = web_sys::window().and_then(|window| window.navigator().geolocation().ok()) else {
        return answer(Err(t!("places-islands-this-browser-cant-find-your-location")));
    };
    let found = Closure::once_into_js(move |position: Position| {
        let coords = position.coords();
        answer(
            GeoPoint::new(coords.latitude(), coords.longitude())
                .map_err(|_| t!("places-islands-your-device-gave-no-usable-location")),
        );
    });
    let failed = Closure::once_into_js(move |error: PositionError| {
        answer(Err(match error.code() {
            PositionError::PERMISSION_DENIED => {
                t!("places-islands-your-browser-blocks-your-location-allow")
            }
            PositionError::TIMEOUT => t!("places-islands-finding-your-location-took-too-long"),
            _ => t!("places-islands-your-device-doesnt-know-where-it"),
        }));
    });
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(MEASURING_AT_MOST);
    options.set_maximum_age(OLD);
    let asked = geolocation.get_current_position_with_error_callback_and_options(
        found.unchecked_ref(),
        Some(failed.unchecked_ref()),
        &options,
    );
    if asked.is_err() {
        answer(Err(t!("places-islands-this-browser-cant-find-your-location")));
    }
}

/// Puts a `<pin-map>` into the frame. On failure the frame stays empty, because the map is optional.
pub fn open_map(
    frame: &Element,
    center: GeoPoint,
    start: Option<GeoPoint>,
    tiles: Option<&str>,
    pinned: impl Fn(GeoPoint) + 'static,
) {
    let Some(document) = frame.owner_document() else { return };
    load_script(&document);
    let Ok(map) = document.create_element("pin-map") else { return };
    let set = |name: &str, value: &str| map.set_attribute(name, value).unwrap_or_default();
    set("center", &center.to_string());
    if let Some(start) = start {
        set("pin", &start.to_string());
    }
    if let Some(tiles) = tiles {
        set("tiles", tiles);
    }
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(point) = pinned_point(&event) {
            pinned(point);
        }
    });
    // Without the listener the map is read-only.
    let _ = map.add_event_listener_with_callback("pin", listener.as_ref().unchecked_ref());
    listener.forget();
    // If this fails, there is no map.
    let _ = frame.append_child(&map);
}

/// The `detail` of the map's event.
fn pinned_point(event: &Event) -> Option<GeoPoint> {
    let detail = Reflect::get(event, &JsValue::from_str("detail")).ok()?;
    let coordinate = |name: &str| Reflect::get(&detail, &JsValue::from_str(name)).ok()?.as_f64();
    GeoPoint::new(coordinate("latitude")?, coordinate("longitude")?).ok()
}

/// Loads the element's definition once.
fn load_script(document: &Document) {
    const ID: &str = "pin-map-script";
    if document.get_element_by_id(ID).is_some() {
        return;
    }
    let Ok(script) = document.create_element("script") else { return };
    for (name, value) in [("id", ID), ("type", "module"), ("src", PIN_MAP)] {
        let _ = script.set_attribute(name, value);
    }
    if let Some(head) = document.document_element() {
        let _ = head.append_child(&script);
    }
}
