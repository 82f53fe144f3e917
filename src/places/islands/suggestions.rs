use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

use super::state::PlaceState;
use crate::places::geocoding::{Place, actions::search_places};

/// How long a pause in typing must be before the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// Minimum number of letters for a search.
const LETTERS_AT_LEAST: usize = 2;

/// A text field that suggests places: a combobox with a list, as ARIA describes it. Without JavaScript it is a text field.
#[component]
pub fn Suggestions(
    place: PlaceState,
    id: String,
    name: &'static str,
    described_by: String,
    invalid: Option<&'static str>,
    required: bool,
    alive: RwSignal<bool>,
) -> impl IntoView {
    let places = RwSignal::new(Vec::<Place>::new());
    let active = RwSignal::new(None::<usize>);
    let typed_times = StoredValue::new(0_u32);
    let list_id = format!("{id}-places");
    let option_id = {
        let list_id = list_id.clone();
        move |index: usize| format!("{list_id}-{index}")
    };

    let close = move || {
        places.set(Vec::new());
        active.set(None);
    };
    // A pending response is for outdated words, or for a field that has lost the focus.
    let give_up = move || {
        typed_times.update_value(|times| *times += 1);
        close();
    };
    let choose = move |index: usize| {
        if let Some(found) = places.get_untracked().get(index) {
            place.choose(found);
        }
        give_up();
    };
    let suggest = move |text: String| {
        typed_times.update_value(|times| *times += 1);
        let mine = typed_times.get_value();
        if text.trim().chars().count() < LETTERS_AT_LEAST {
            return close();
        }
        set_timeout(
            move || {
                if typed_times.get_value() != mine {
                    return;
                }
                spawn_local(async move {
                    // Suggestions are optional.
                    let found = search_places(text).await.unwrap_or_default();
                    if typed_times.try_get_value() == Some(mine) {
                        active.set(None);
                        places.set(found.places);
                    }
                });
            },
            PAUSE,
        );
    };
    let on_key = move |event: KeyboardEvent| {
        let count = places.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => active.update(|at| *at = Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" => active.update(|at| *at = Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
            "Enter" => match active.get_untracked() {
                Some(index) => choose(index),
                None => return,
            },
            "Escape" => give_up(),
            _ => return,
        }
        event.prevent_default();
    };
    let options = {
        let option_id = option_id.clone();
        move || {
            let option_id = option_id.clone();
            let option = move |(index, found): (usize, Place)| {
                view! {
                    <li
                        class="suggestion"
                        id=option_id(index)
                        role="option"
                        aria-selected=move || (active.get() == Some(index)).to_string()
                        // The press must not take the focus from the field before the click arrives.
                        on:mousedown=|event| event.prevent_default()
                        on:click=move |_| choose(index)
                    >
                        <span>{found.name}</span>
                        <span class="muted small">{found.detail}</span>
                    </li>
                }
            };
            places.get().into_iter().enumerate().map(option).collect_view()
        }
    };
    let open = move || !places.with(Vec::is_empty);
    view! {
        <div class="suggesting">
            <input
                class="input"
                id=id
                r#type="text"
                name=name
                value=place.text.get_untracked()
                maxlength="300"
                dir="auto"
                required=move || required && place.point.get().is_none()
                autocomplete=move || if open() { "off" } else { "address-line1" }
                aria-describedby=described_by
                aria-invalid=invalid
                role=move || alive.get().then_some("combobox")
                aria-autocomplete=move || alive.get().then_some("list")
                aria-expanded=move || alive.get().then(|| open().to_string())
                aria-controls=list_id.clone()
                aria-activedescendant=move || active.get().map(&option_id)
                node_ref=place.input
                on:input=move |event| {
                    let text = event_target_value(&event);
                    place.typed(text.clone());
                    suggest(text);
                }
                on:keydown=on_key
                on:blur=move |_| give_up()
            />
            <ul class="suggestions" id=list_id role="listbox" aria-label=t!("places-islands-places") hidden=move || !open()>{options}</ul>
        </div>
    }
}
