//! A choice among few options, and checkboxes.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// The id of the nth control: the first has the field's own id, so that an error can point to it.
fn nth_id(id: &str, index: usize) -> String {
    if index == 0 { id.to_owned() } else { format!("{id}-{index}") }
}

#[component]
pub fn RadioGroup(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    choices: Vec<Choice>,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let radios = choices
        .into_iter()
        .enumerate()
        .map(|(index, Choice { value, label })| {
            view! {
                <label class="choice">
                    <input
                        r#type="radio"
                        id=nth_id(&wiring.id, index)
                        name=name.clone()
                        checked=value == state.value
                        value=value
                        required=need.is_required()
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    wiring.group(legend, need, view! { <div class="choices">{radios}</div> })
}

#[derive(Clone, Debug)]
pub struct RadioCard {
    pub value: String,
    pub glyph: Glyph,
    pub title: String,
    pub description: String,
    /// The price, formatted ("from $125"); empty if price isn't the question.
    pub price: String,
}

/// A few choices as large cards, each one tap.
#[component]
pub fn RadioCards(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    cards: Vec<RadioCard>,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let cards = cards
        .into_iter()
        .enumerate()
        .map(|(index, card)| {
            view! {
                <label class="radio-card">
                    <input
                        r#type="radio"
                        id=nth_id(&wiring.id, index)
                        name=name.clone()
                        checked=card.value == state.value
                        value=card.value
                        required=true
                    />
                    <span class="icon-tile"><Icon glyph=card.glyph/></span>
                    <span class="radio-card-text">
                        <span class="radio-card-title">{card.title}</span>
                        <span class="radio-card-description">{card.description}</span>
                    </span>
                    <span class="radio-card-price">{card.price}</span>
                </label>
            }
        })
        .collect_view();
    wiring.group(legend, Need::Required, view! { <div class="radio-cards">{cards}</div> })
}

/// One of several that may be ticked.
#[derive(Clone, Debug)]
pub struct Tick {
    /// It is sent as `name[value]=true` when ticked, and not at all otherwise.
    pub value: String,
    pub label: String,
    pub is_ticked: bool,
}

/// Any number of a few choices.
#[component]
pub fn CheckboxGroup(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    /// With the error of the whole group.
    #[prop(optional)]
    state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    choices: Vec<Tick>,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let boxes = choices
        .into_iter()
        .enumerate()
        .map(|(index, Tick { value, label, is_ticked })| {
            view! {
                <label class="choice">
                    <input
                        r#type="checkbox"
                        id=nth_id(&wiring.id, index)
                        name=format!("{name}[{value}]")
                        value="true"
                        checked=is_ticked
                    />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    wiring.group(legend, need, view! { <div class="choices">{boxes}</div> })
}

/// Sends `true` when ticked and nothing otherwise.
#[component]
pub fn Checkbox(
    /// What the user agrees to or switches on.
    #[prop(into)]
    label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    /// Whether the form may be sent without a tick.
    #[prop(default = Need::Optional)]
    need: Need,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    view! {
        <div class=wiring.class()>
            <label class="choice">
                <input
                    r#type="checkbox"
                    id=wiring.id.clone()
                    name=name
                    value="true"
                    checked=state.value == "true"
                    required=need.is_required()
                    aria-describedby=wiring.described_by()
                    aria-invalid=wiring.invalid()
                />
                <span>{label}</span>
            </label>
            {wiring.hint_view()}
            {wiring.error_view()}
        </div>
    }
}
