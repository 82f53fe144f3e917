//! Several lines of text. Only this file may write a `<textarea>`: Leptos 0.8 doesn't escape its child on the server.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::form::FieldState;

/// The box grows with the text where the browser supports it.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    /// The number of lines at first.
    #[prop(default = 3)]
    rows: u8,
    #[prop(default = 2000)] maxlength: u16,
) -> impl IntoView {
    let wiring = Wiring::new(&name, hint, &state);
    let control = view! {
        <textarea
            class="input"
            id=wiring.id.clone()
            name=name
            dir="auto"
            rows=rows.to_string()
            maxlength=maxlength.to_string()
            required=need.is_required()
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
            inner_html=escaped(&state.value)
        ></textarea>
    };
    wiring.field(label, need, control)
}

/// The content of a `<textarea>`. HTML drops a line break at its start, so one is added: otherwise a text that starts with an empty
/// line would lose it.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 1);
    html.push('\n');
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            other => html.push(other),
        }
    }
    html
}
