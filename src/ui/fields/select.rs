//! A choice among many options.

use leptos::prelude::*;

use super::{Choice, Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};

/// A list to choose one from. For up to five choices a [`RadioGroup`](super::RadioGroup) is quicker.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    /// Shown while nothing is chosen.
    #[prop(into, default = "Choose one".to_owned())]
    prompt: String,
    choices: Vec<Choice>,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let options = choices
        .into_iter()
        .map(|Choice { value, label }| {
            let selected = value == state.value;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    let control = view! {
        <div class="select">
            <select
                class="input"
                id=wiring.id.clone()
                name=name
                required=need.is_required()
                aria-describedby=wiring.described_by()
                aria-invalid=wiring.invalid()
            >
                <option value="">{prompt}</option>
                {options}
            </select>
            <Icon glyph=Glyph::ChevronDown/>
        </div>
    };
    wiring.field(label, need, control)
}
