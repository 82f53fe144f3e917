//! A dialog without JavaScript: HTML's `popover` opens and closes it; Escape and a tap outside also close it.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

/// A dialog over the page: a sheet from the bottom on a phone, a window on a larger screen.
#[component]
pub fn Dialog(
    /// The target of a [`DialogButton`].
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// A form in it ends with its button.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    view! {
        <div class="dialog" id=id popover="auto" role="dialog" aria-labelledby=title_id>
            <header class="dialog-header">
                <h2 id=title_id.clone()>{title}</h2>
                <button type="button" class="icon-button" aria-label=t!("ui-close") popovertarget=id.clone() popovertargetaction="hide">
                    <Icon glyph=Glyph::X/>
                </button>
            </header>
            {children()}
        </div>
    }
}

#[component]
pub fn DialogButton(
    #[prop(into)] opens: String,
    /// Whether this is the main action of the screen.
    #[prop(optional)]
    primary: bool,
    /// Text, with an icon before or after it.
    children: Children,
) -> impl IntoView {
    let class = if primary { "button button-primary" } else { "button button-secondary" };
    view! {
        <button type="button" class=class popovertarget=opens aria-haspopup="dialog">
            {children()}
        </button>
    }
}
