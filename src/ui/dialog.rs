//! A dialog without JavaScript: HTML's `popover` opens and closes it; Escape and a tap outside close it, too.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// A dialog over the page: a sheet from the bottom on a phone, a window on a larger screen.
#[component]
pub fn Dialog(
    /// What a [`DialogButton`] opens.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// Anything; a form ends with its button.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    view! {
        <div class="dialog" id=id popover="auto" role="dialog" aria-labelledby=title_id>
            <header class="dialog-header">
                <h2 id=title_id.clone()>{title}</h2>
                <button type="button" class="icon-button" aria-label="Close" popovertarget=id.clone() popovertargetaction="hide">
                    <Icon glyph=Glyph::X/>
                </button>
            </header>
            {children()}
        </div>
    }
}

/// Opens a [`Dialog`].
#[component]
pub fn DialogButton(
    #[prop(into)] opens: String,
    /// The text, with an icon before or after it.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="button button-secondary" popovertarget=opens aria-haspopup="dialog">
            {children()}
        </button>
    }
}
