use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::form::FieldState;

/// A file to send; its form is an [`UploadForm`](crate::ui::UploadForm).
#[component]
pub fn FileField(
    /// What to choose, in a word or three.
    #[prop(into)]
    label: String,
    /// The name it is sent under; it ends in `_file`.
    #[prop(into)]
    name: String,
    /// What came back from a rejected form; only its error is shown.
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
