//! One to five stars as radio buttons, usable with a keyboard and without JavaScript.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};

const MEANINGS: [&str; 5] = ["Poor", "Fair", "Good", "Very good", "Excellent"];

/// A rating from one to five stars; sends the number.
#[component]
pub fn StarsField(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
) -> impl IntoView {
    let wiring = Wiring::new(&name, None, &state);
    let stars = MEANINGS
        .into_iter()
        .zip(1_u8..)
        .map(|(meaning, stars)| {
            let id = if stars == 1 { wiring.id.clone() } else { format!("{}-{stars}", wiring.id) };
            let value = stars.to_string();
            let label = if stars == 1 { format!("1 star: {meaning}") } else { format!("{stars} stars: {meaning}") };
            view! {
                <label class="star" title=meaning>
                    <input
                        class="visually-hidden"
                        r#type="radio"
                        id=id
                        name=name.clone()
                        checked=value == state.value
                        value=value
                        required=true
                    />
                    <Icon glyph=Glyph::Star/>
                    <span class="visually-hidden">{label}</span>
                </label>
            }
        })
        .collect_view();
    wiring.group(legend, Need::Required, view! { <div class="stars-field">{stars}</div> })
}
