use engine::GeoPoint;
use leptos::prelude::*;

use super::{map::PinMap, state::PlaceState, suggestions::Suggestions};
use crate::{
    bookings::LocationSource,
    ui::{FieldLabels, Glyph, Icon},
};

/// The field for a place: words with suggestions, a pin on a map and, where it is required, the device's position.
#[component]
pub fn PlaceField(
    place: PlaceState,
    label: String,
    hint: String,
    /// Its error.
    error: Option<String>,
    is_required: bool,
    center: GeoPoint,
    tiles: StoredValue<Option<String>>,
) -> impl IntoView {
    let name = place.name;
    let id = format!("field-{name}");
    FieldLabels::current().note(&id, &label);
    let hint_id = format!("{id}-hint");
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let described_by = [Some(hint_id.clone()), error_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let class = if error.is_some() { "field field-invalid" } else { "field" };
    let invalid = error.is_some().then_some("true");
    Effect::new(move |_| {
        // Text that the browser restored or the user typed before hydration counts.
        if let Some(input) = place.input.get_untracked() {
            let typed = input.value();
            if typed != place.text.get_untracked() {
                place.typed(typed);
            }
        }
        place.alive.set(true);
    });
    let hidden = move |name: &'static str, value: fn(LocationSource, GeoPoint) -> String| {
        let value = move || place.point.get().map(|(source, point)| value(source, point)).unwrap_or_default();
        view! { <input r#type="hidden" name=format!("{}{name}", place.prefix) value=value /> }
    };
    let placed = move || if place.point.get().is_some() { place.text.get() } else { String::new() };
    view! {
        <div class=class>
            {is_required.then(|| view! { <UseLocation place /> })}
            <label class="field-label" for=id.clone()>
                {label} {(!is_required).then(|| view! { " " <span class="field-optional">{t!("places-islands-optional")}</span> })}
            </label>
            <p class="field-hint" id=hint_id>{hint}</p>
            <Suggestions place id name described_by invalid required=is_required alive=place.alive />
            {error
                .map(|error| view! { <p class="field-error" id=error_id><Icon glyph=Glyph::CircleAlert />{error}</p> })}
            {hidden("latitude", |_, point| point.degrees().0)}
            {hidden("longitude", |_, point| point.degrees().1)}
            {hidden("source", |source, _| source.as_str().to_owned())}
            <input r#type="hidden" name=format!("{}placed", place.prefix) value=placed />
            <p class="place-standing" role="status">
                {move || {
                    place.standing().map(|words| view! { <Icon glyph=Glyph::MapPin /><span>{words}</span> })
                }}
                {move || {
                    (place.alive.get() && place.point.get().is_some())
                        .then(|| {
                            view! { <button class="button button-quiet" type="button" on:click=move |_| place.forget()>{t!("places-islands-clear-location")}</button> }
                        })
                }}
            </p>
            <PinTools place center tiles />
        </div>
    }
}

/// Buttons to give a place that need JavaScript.
#[component]
fn UseLocation(place: PlaceState) -> impl IntoView {
    let waiting = RwSignal::new(false);
    let use_device = move |_| {
        place.notice.set(Some(t!("places-islands-finding-your-location").to_owned()));
        waiting.set(true);
        let answered = move |answer: Result<GeoPoint, &'static str>| {
            waiting.set(false);
            match answer {
                Ok(point) => place.locate(LocationSource::Device, point),
                Err(reason) => place.notice.set(Some(reason.to_owned())),
            }
        };
        #[cfg(feature = "hydrate")]
        super::browser::device_position(answered);
        #[cfg(not(feature = "hydrate"))]
        let _ = answered;
    };
    view! {
        <div class="wide needs-script">
            <button
                class="button button-secondary use-location"
                type="button"
                disabled=move || waiting.get() || !place.alive.get()
                on:click=use_device
            >
                <Icon glyph=Glyph::LocateFixed />
                {t!("places-islands-use-my-location")}
            </button>
        </div>
    }
}

/// Shows a map to put a pin on.
#[component]
fn PinTools(place: PlaceState, center: GeoPoint, tiles: StoredValue<Option<String>>) -> impl IntoView {
    let map_open = RwSignal::new(false);
    view! {
        <div class="row needs-script">
            <button
                class="button button-quiet"
                type="button"
                disabled=move || !place.alive.get()
                aria-expanded=move || map_open.get().to_string()
                on:click=move |_| map_open.update(|open| *open = !*open)
            >
                <Icon glyph=Glyph::Map />
                {move || if map_open.get() { t!("places-islands-close-the-map") } else { t!("places-islands-pin-on-a-map") }}
            </button>
        </div>
        {move || map_open.get().then(|| view! { <PinMap place center tiles=tiles.get_value() /> })}
    }
}
