use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::form::FieldState;

/// A color, chosen with the browser's own picker and sent as `#rrggbb`.
#[component]
pub fn ColorField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    /// What the color is used for.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let control = view! {
        <input
            class="input input-color"
            r#type="color"
            id=wiring.id.clone()
            name=name
            value=state.value
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
        />
    };
    wiring.field(label, Need::Required, control)
}
