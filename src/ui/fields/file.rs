use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::form::FieldState;

/// A file to send; its form is an [`UploadForm`](crate::ui::UploadForm).
#[component]
pub fn FileField(
    #[prop(into)] label: String,
    /// The field's name in the form; it ends in `_file`.
    #[prop(into)]
    name: String,
    /// The field's error; its value isn't shown.
    #[prop(optional)]
    state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    /// Media types the browser offers, separated by commas.
    #[prop(into)]
    accept: String,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let control = view! {
        <input
            class="input"
            r#type="file"
            id=wiring.id.clone()
            name=name
            accept=accept
            required=true
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
        />
    };
    wiring.field(label, Need::Required, control)
}
