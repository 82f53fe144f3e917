//! A choice among few options, and checkboxes.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    /// A choice that is sent as `value` and read as `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// The id of the nth control: the first has the field's own id, so that an error can point to it.
fn nth_id(id: &str, index: usize) -> String {
    if index == 0 { id.to_owned() } else { format!("{id}-{index}") }
}

/// A few choices, all visible.
#[component]
pub fn RadioGroup(
    /// The label.
    #[prop(into)]
    legend: String,
    /// The field's name in the form.
    #[prop(into)]
    name: String,
    /// The field's value and error.
    #[prop(optional)]
    state: FieldState,
    /// A hint below the legend.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether nothing may be chosen.
    #[prop(optional)]
    need: Need,
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

/// Something that can be chosen with one tap of a thumb.
#[derive(Clone, Debug)]
pub struct RadioCard {
    pub value: String,
    /// The icon.
    pub glyph: Glyph,
    pub title: String,
    /// A short description.
    pub description: String,
    /// What it costs, formatted ("from $125"); empty when that isn't the question.
    pub price: String,
}

/// A few choices as large as cards.
#[component]
pub fn RadioCards(
    /// The label.
    #[prop(into)]
    legend: String,
    /// The field's name in the form.
    #[prop(into)]
    name: String,
    /// The field's value and error.
    #[prop(optional)]
    state: FieldState,
    /// A hint below the legend.
    #[prop(optional, into)]
    hint: Option<String>,
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

/// Yes or no; sends `true` when ticked and nothing otherwise.
#[component]
pub fn Checkbox(
    /// What is agreed to or switched on.
    #[prop(into)]
    label: String,
    /// The field's name in the form.
    #[prop(into)]
    name: String,
    /// The field's value (`true` or empty) and error.
    #[prop(optional)]
    state: FieldState,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it may stay unticked, which is what one expects of a checkbox.
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
