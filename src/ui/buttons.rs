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
            /// What is sent under `name`.
            #[prop(optional, into)]
            value: Option<String>,
            /// Where the form is posted instead of its own action.
            #[prop(optional, into)]
            formaction: Option<String>,
            /// The id of the form it submits, if it is outside of that form.
            #[prop(optional, into)]
            form: Option<String>,
            /// Words, with an icon before or after them.
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
    /// The one thing to do on this screen.
    PrimaryButton = "button button-primary";
    /// Another thing one may well do.
    SecondaryButton = "button button-secondary";
    /// Something that can't be undone.
    DangerButton = "button button-danger";
    /// Something rarely needed: no frame until touched.
    QuietButton = "button button-quiet";
}

macro_rules! links {
    ($($(#[$doc:meta])* $name:ident = $class:literal;)*) => {$(
        $(#[$doc])*
        #[component]
        pub fn $name(
            #[prop(into)]
            href: String,
            /// Words, with an icon before or after them.
            children: Children,
        ) -> impl IntoView {
            view! { <a class=$class href=href>{children()}</a> }
        }
    )*};
}

links! {
    /// The way on from this screen.
    PrimaryLink = "button button-primary";
    /// Another way one may well go.
    SecondaryLink = "button button-secondary";
    /// The way to something that can't be undone; the page behind it asks again.
    DangerLink = "button button-danger";
    /// A way rarely taken: no frame until touched.
    QuietLink = "button button-quiet";
}

/// A submit button that is only an icon.
#[component]
pub fn IconButton(
    /// What it does, for those who hear the page and as a tooltip.
    #[prop(into)]
    label: String,
    glyph: Glyph,
    /// Sent with the form when this button submits it.
    #[prop(optional, into)]
    name: Option<String>,
    /// What is sent under `name`.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! {
        <button type="submit" class="icon-button" aria-label=label.clone() title=label name=name value=value>
            <Icon glyph/>
        </button>
    }
}

/// A link that is only an icon.
#[component]
pub fn IconLink(
    /// Where it goes, for those who hear the page and as a tooltip.
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
