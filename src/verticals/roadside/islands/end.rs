use engine::GeoPoint;
use leptos::prelude::*;

use super::{
    end_state::{End, text_name},
    map::PinMap,
    suggestions::Suggestions,
};
use crate::{
    bookings::LocationSource,
    ui::{FieldLabels, Glyph, Icon},
};

/// The field for one end: words with suggestions, the device's position, a pin on a map.
#[component]
pub(super) fn EndField(
    end: End,
    label: String,
    hint: &'static str,
    /// Its error.
    error: Option<String>,
    center: GeoPoint,
    tiles: StoredValue<Option<String>>,
) -> impl IntoView {
    let name = text_name(end.prefix);
    let id = format!("field-{name}");
    FieldLabels::current().note(&id, &label);
    let hint_id = format!("{id}-hint");
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let described_by = [Some(hint_id.clone()), error_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let class = if error.is_some() { "field field-invalid" } else { "field" };
    let invalid = error.is_some().then_some("true");
    let required = end.prefix.is_empty();
    Effect::new(move |_| {
        // Text that the browser restored or the user typed before hydration counts.
        if let Some(input) = end.input.get_untracked() {
            let typed = input.value();
            if typed != end.text.get_untracked() {
                end.typed(typed);
            }
        }
        end.alive.set(true);
    });
    let hidden = move |name: &'static str, value: fn(LocationSource, GeoPoint) -> String| {
        let value = move || end.point.get().map(|(source, point)| value(source, point)).unwrap_or_default();
        view! { <input r#type="hidden" name=format!("{}{name}", end.prefix) value=value /> }
    };
    let placed = move || if end.point.get().is_some() { end.text.get() } else { String::new() };
    view! {
        <div class=class>
            {required.then(|| view! { <UseLocation end /> })}
            <label class="field-label" for=id.clone()>
                {label} {(!required).then(|| view! { " " <span class="field-optional">{t!("roadside-islands-optional")}</span> })}
            </label>
            <p class="field-hint" id=hint_id>{hint}</p>
            <Suggestions end id name described_by invalid required=required alive=end.alive />
            {error
                .map(|error| view! { <p class="field-error" id=error_id><Icon glyph=Glyph::CircleAlert />{error}</p> })}
            {hidden("latitude", |_, point| point.degrees().0)}
            {hidden("longitude", |_, point| point.degrees().1)}
            {hidden("source", |source, _| source.as_str().to_owned())}
            <input r#type="hidden" name=format!("{}placed", end.prefix) value=placed />
            <p class="place-standing" role="status">
                {move || {
                    end.standing().map(|words| view! { <Icon glyph=Glyph::MapPin /><span>{words}</span> })
                }}
                {move || {
                    (end.alive.get() && end.point.get().is_some())
                        .then(|| {
                            view! { <button class="button button-quiet" type="button" on:click=move |_| end.forget()>{t!("roadside-islands-clear-location")}</button> }
                        })
                }}
            </p>
            <PinTools end center tiles />
        </div>
    }
}

/// Buttons to give a place that need JavaScript.
#[component]
fn UseLocation(end: End) -> impl IntoView {
    let waiting = RwSignal::new(false);
    let use_device = move |_| {
        end.notice.set(Some(t!("roadside-islands-finding-your-location").to_owned()));
        waiting.set(true);
        let answered = move |answer: Result<GeoPoint, &'static str>| {
            waiting.set(false);
            match answer {
                Ok(point) => end.locate(LocationSource::Device, point),
                Err(reason) => end.notice.set(Some(reason.to_owned())),
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
                disabled=move || waiting.get() || !end.alive.get()
                on:click=use_device
            >
                <Icon glyph=Glyph::LocateFixed />
                {t!("roadside-islands-use-my-location")}
            </button>
        </div>
    }
}

/// Shows a map to put a pin on.
#[component]
fn PinTools(end: End, center: GeoPoint, tiles: StoredValue<Option<String>>) -> impl IntoView {
    let map_open = RwSignal::new(false);
    view! {
        <div class="row needs-script">
            <button
                class="button button-quiet"
                type="button"
                disabled=move || !end.alive.get()
                aria-expanded=move || map_open.get().to_string()
                on:click=move |_| map_open.update(|open| *open = !*open)
            >
                <Icon glyph=Glyph::Map />
                {move || if map_open.get() { t!("roadside-islands-close-the-map") } else { t!("roadside-islands-pin-on-a-map") }}
            </button>
        </div>
        {move || map_open.get().then(|| view! { <PinMap end center tiles=tiles.get_value() /> })}
    }
}
