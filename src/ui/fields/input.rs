//! Fields with one `<input>`, each with the right keyboard and autofill.

use leptos::prelude::*;

use super::{Need, Wiring};
use crate::ui::{
    form::FieldState,
    icons::{Glyph, Icon},
};

/// The longest one-line text, unless a field says otherwise.
const MAX_LENGTH: u16 = 200;

/// The attributes in which the kinds of input differ.
#[derive(Default)]
struct Input {
    kind: &'static str,
    inputmode: Option<&'static str>,
    autocomplete: Option<String>,
    maxlength: Option<u16>,
    minlength: Option<u16>,
    min: Option<String>,
    max: Option<String>,
    step: Option<String>,
    /// `auto` for words, which may be right-to-left.
    dir: Option<&'static str>,
    /// Shown inside the frame before what is typed, such as a currency sign.
    before: Option<AnyView>,
    /// The same after the text, such as a unit.
    after: Option<AnyView>,
}

/// What all fields with one input have in common.
struct Common {
    label: String,
    name: String,
    state: FieldState,
    hint: Option<String>,
    need: Need,
}

fn input_field(common: Common, input: Input) -> impl IntoView {
    let Common { label, name, state, hint, need } = common;
    let wiring = Wiring::new(&name, hint, &state);
    let control = view! {
        <input
            class="input"
            id=wiring.id.clone()
            r#type=input.kind
            name=name
            value=state.value
            required=need.is_required()
            inputmode=input.inputmode
            autocomplete=input.autocomplete
            maxlength=input.maxlength.map(|n| n.to_string())
            minlength=input.minlength.map(|n| n.to_string())
            min=input.min
            max=input.max
            step=input.step
            dir=input.dir
            aria-describedby=wiring.described_by()
            aria-invalid=wiring.invalid()
        />
    };
    let control = if input.before.is_some() || input.after.is_some() {
        let affix = |content| view! { <span class="input-affix" aria-hidden="true">{content}</span> };
        view! { <div class="input-frame">{input.before.map(affix)}{control}{input.after.map(affix)}</div> }.into_any()
    } else {
        control.into_any()
    };
    wiring.field(label, need, control)
}

#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    /// A hint below the label; it stays visible while typing.
    #[prop(optional, into)]
    hint: Option<String>,
    #[prop(optional)] need: Need,
    /// What the browser may fill in, as HTML names it (`name`, `street-address`, …); `off` for one-time values.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// The keyboard a phone shows, as HTML names it (`numeric`, `search`, …).
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(default = MAX_LENGTH)] maxlength: u16,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need },
        Input {
            kind: "text",
            autocomplete,
            inputmode,
            maxlength: Some(maxlength),
            dir: Some("auto"),
            ..Input::default()
        },
    )
}

#[component]
pub fn EmailField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    /// `username` where people sign in with it, `off` for somebody else's address.
    #[prop(default = "email")]
    autocomplete: &'static str,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need },
        Input {
            kind: "email",
            autocomplete: Some(autocomplete.into()),
            inputmode: Some("email"),
            maxlength: Some(254),
            ..Input::default()
        },
    )
}

/// A phone number, with or without country code.
#[component]
pub fn PhoneField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need },
        Input {
            kind: "tel",
            autocomplete: Some("tel".into()),
            inputmode: Some("tel"),
            maxlength: Some(40),
            ..Input::default()
        },
    )
}

/// The current password. A rejected form doesn't send it back.
#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// The field's error; its value isn't shown.
    #[prop(optional)]
    state: FieldState,
) -> impl IntoView {
    let state = FieldState { value: String::new(), ..state };
    input_field(
        Common { label, name, state, hint: None, need: Need::Required },
        Input {
            kind: "password",
            autocomplete: Some("current-password".into()),
            maxlength: Some(MAX_LENGTH),
            ..Input::default()
        },
    )
}

/// A new password. A rejected form doesn't send it back.
#[component]
pub fn NewPasswordField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// The field's error; its value isn't shown.
    #[prop(optional)]
    state: FieldState,
    /// What makes a good password.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The minimum number of characters.
    #[prop(default = 10)]
    minlength: u16,
) -> impl IntoView {
    let state = FieldState { value: String::new(), ..state };
    input_field(
        Common { label, name, state, hint, need: Need::Required },
        Input {
            kind: "password",
            autocomplete: Some("new-password".into()),
            minlength: Some(minlength),
            maxlength: Some(MAX_LENGTH),
            ..Input::default()
        },
    )
}

/// A whole number with an optional unit behind it, such as miles.
#[component]
pub fn NumberField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    #[prop(optional)] min: Option<i64>,
    #[prop(optional)] max: Option<i64>,
    /// The unit, shown behind the number.
    #[prop(optional, into)]
    unit: Option<String>,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need },
        Input {
            kind: "number",
            inputmode: Some("numeric"),
            min: min.map(|n| n.to_string()),
            max: max.map(|n| n.to_string()),
            step: Some("1".into()),
            after: unit.map(IntoAny::into_any),
            ..Input::default()
        },
    )
}

/// An amount in major units ("125.00"), with the currency's sign before it. The server parses it.
#[component]
pub fn MoneyField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] need: Need,
    /// Such as `$`.
    #[prop(into)]
    sign: String,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need },
        Input {
            kind: "text",
            autocomplete: Some("off".into()),
            inputmode: Some("decimal"),
            maxlength: Some(24),
            before: Some(sign.into_any()),
            ..Input::default()
        },
    )
}

macro_rules! moments {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[component]
        pub fn $name(
            #[prop(into)]
            label: String,
            #[prop(into)]
            name: String,
            #[prop(optional)]
            state: FieldState,
            /// A hint below the label, such as the zone.
            #[prop(optional, into)]
            hint: Option<String>,
            #[prop(optional)]
            need: Need,
            /// The earliest choice, in the same notation as the value.
            #[prop(optional, into)]
            min: Option<String>,
            /// The latest choice, in the same notation as the value.
            #[prop(optional, into)]
            max: Option<String>,
        ) -> impl IntoView {
            input_field(Common { label, name, state, hint, need }, Input { kind: $kind, min, max, ..Input::default() })
        }
    )*};
}

moments! {
    /// A day, as `2026-03-08`.
    DateField = "date";
    /// A time of day, as `14:30`.
    TimeField = "time";
    /// A local date and time, as `2026-03-08T14:30`.
    DateTimeField = "datetime-local";
}

/// A search term, with a magnifying glass. Always optional, like all filters.
#[component]
pub fn SearchField(
    /// What is searched, in one to three words.
    #[prop(into)]
    label: String,
    #[prop(into)] name: String,
    #[prop(optional)] state: FieldState,
    /// What can be searched for.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    input_field(
        Common { label, name, state, hint, need: Need::Optional },
        Input {
            kind: "search",
            dir: Some("auto"),
            autocomplete: Some("off".into()),
            inputmode: Some("search"),
            maxlength: Some(MAX_LENGTH),
            before: Some(view! { <Icon glyph=Glyph::Search/> }.into_any()),
            ..Input::default()
        },
    )
}
