//! A placeholder for a map.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// A frame for a map. Without JavaScript it shows the words inside, so a map is never the only way to know.
#[component]
pub fn MapFrame(
    /// What the map shows; read out.
    #[prop(into)]
    label: String,
    /// An island that draws the map over these words, or only the words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="map" role="group" aria-label=label>
            <div class="map-words">
                <Icon glyph=Glyph::MapPin/>
                {children()}
            </div>
        </div>
    }
}
