//! One to five stars as radio buttons, usable with a keyboard and without JavaScript.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};
use crate::words::{Phrase, count};

const MEANINGS: [Phrase; 5] =
    [phrase!("ui-poor"), phrase!("ui-fair"), phrase!("ui-good"), phrase!("ui-very-good"), phrase!("ui-excellent")];

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
            let meaning = meaning.say();
            let id = if stars == 1 { wiring.id.clone() } else { format!("{}-{stars}", wiring.id) };
            let value = stars.to_string();
            let label = t!("ui-stars", stars = count(stars), meaning = meaning);
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
