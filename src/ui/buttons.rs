//! Buttons submit, links navigate. The style shows the importance: one primary action per screen.

use leptos::prelude::*;

use super::icons::{Glyph, Icon};

macro_rules! buttons {
    ($($(#[$doc:meta])* $name:ident = $class:literal;)*) => {$(
        $(#[$doc])*
        #[component]
        pub fn $name(
            /// Sent with the form when this button submits it.
            #[prop(optional, into)]
            name: Option<String>,
            #[prop(optional, into)]
            value: Option<String>,
            /// Where the form is posted instead of its own action.
            #[prop(optional, into)]
            formaction: Option<String>,
            /// The id of the form to submit, if the button is outside of it.
            #[prop(optional, into)]
            form: Option<String>,
            /// The text, with an icon before or after it.
            children: Children,
        ) -> impl IntoView {
            view! {
                <button type="submit" class=$class name=name value=value formaction=formaction form=form>
                    {children()}
                </button>
            }
        }
    )*};
}

buttons! {
    /// The main action of the screen.
    PrimaryButton = "button button-primary";
    SecondaryButton = "button button-secondary";
    /// An irreversible action.
    DangerButton = "button button-danger";
    /// A rare action: no frame until it is hovered or focused.
    QuietButton = "button button-quiet";
}

macro_rules! links {
    ($($(#[$doc:meta])* $name:ident = $class:literal;)*) => {$(
        $(#[$doc])*
        #[component]
        pub fn $name(
            #[prop(into)]
            href: String,
            /// The text, with an icon before or after it.
            children: Children,
        ) -> impl IntoView {
            view! { <a class=$class href=href>{children()}</a> }
        }
    )*};
}

links! {
    /// The main link of the screen.
    PrimaryLink = "button button-primary";
    SecondaryLink = "button button-secondary";
    /// A link to an irreversible action; its page asks for confirmation.
    DangerLink = "button button-danger";
    /// A rare link: no frame until it is hovered or focused.
    QuietLink = "button button-quiet";
}

/// A submit button that is only an icon.
#[component]
pub fn IconButton(
    /// What it does, for screen readers and as a tooltip.
    #[prop(into)]
    label: String,
    glyph: Glyph,
    /// Sent with the form when this button submits it.
    #[prop(optional, into)]
    name: Option<String>,
    /// What is sent under `name`.
    #[prop(optional, into)]
    value: Option<String>,
    /// Has the focus when the page opens, because it was pressed on the page before.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="icon-button"
            aria-label=label.clone()
            title=label
            name=name
            value=value
            autofocus=autofocus
        >
            <Icon glyph/>
        </button>
    }
}

/// A link that is only an icon.
#[component]
pub fn IconLink(
    /// Where it goes, for screen readers and as a tooltip.
    #[prop(into)]
    label: String,
    glyph: Glyph,
    #[prop(into)] href: String,
) -> impl IntoView {
    view! {
        <a class="icon-button" aria-label=label.clone() title=label href=href>
            <Icon glyph/>
        </a>
    }
}

/// The position of a [`SwitchButton`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// A switch that submits its form when it is flipped, such as on duty / off duty.
#[component]
pub fn SwitchButton(
    state: Switch,
    /// What is switched; it doesn't change with the state.
    children: Children,
) -> impl IntoView {
    let checked = match state {
        Switch::On => "true",
        Switch::Off => "false",
    };
    view! {
        <button type="submit" class="switch" role="switch" aria-checked=checked>
            <span class="switch-label">{children()}</span>
            <span class="switch-track" aria-hidden="true"></span>
        </button>
    }
}
