//! Several lines of text. The only place that may write a `<textarea>`: Leptos 0.8 doesn't escape its child on the server.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::form::FieldState;

/// Several lines of text; the box grows with them where the browser can.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
    label: String,
    /// The field's name in the form.
    #[prop(into)]
    name: String,
    /// The field's value and error.
    #[prop(optional)]
    state: FieldState,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it may stay empty.
    #[prop(optional)]
    need: Need,
    /// How many lines it shows at first.
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

/// The text as the content of a `<textarea>`. The line break in front is the one HTML drops there: without it, a text that starts
/// with an empty line would lose it.
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
