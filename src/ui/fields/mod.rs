//! Form fields: label above, hint below the label, control, error below the control, all linked for screen readers.
//!
//! Every field takes its `label`, its `name` and the [`FieldState`] of a rejected form. Its control has the id
//! `field-{name}` (with the form's scope in between, if it has one), to which the [error summary](super::ErrorSummary) links.

mod choices;
mod color_field;
mod file;
mod input;
mod labels;
mod select;
mod stars_field;
mod text_area;

use leptos::prelude::*;

pub use choices::{Checkbox, CheckboxGroup, Choice, RadioCard, RadioCards, RadioGroup, Tick};
pub use color_field::ColorField;
pub use file::FileField;
pub use input::{
    DateField, DateTimeField, EmailField, MoneyField, NewPasswordField, NumberField, PasswordField, PhoneField,
    SearchField, TextField, TimeField,
};
pub use labels::FieldLabels;
pub use select::SelectField;
pub use stars_field::StarsField;
pub use text_area::TextArea;

use super::{
    form::FieldState,
    icons::{Glyph, Icon},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    #[default]
    Required,
    /// Marked as optional beside the label.
    Optional,
}

impl Need {
    fn is_required(self) -> bool {
        self == Self::Required
    }
}

/// The id of the control of field `name` in a form with that scope. A field of a map is `name[key]`, but an id has no brackets.
pub(super) fn field_id(scope: &str, name: &str) -> String {
    let name = name.replace('[', "-").replace(']', "");
    if scope.is_empty() { format!("field-{name}") } else { format!("field-{scope}-{name}") }
}

/// Connects a control with its hint and its error.
struct Wiring {
    id: String,
    hint: Option<String>,
    error: Option<String>,
}

impl Wiring {
    fn new(name: &str, hint: Option<String>, state: &FieldState) -> Self {
        Self { id: field_id(&state.scope, name), hint, error: state.error.clone() }
    }

    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// For `aria-describedby`: what is read out after the label.
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| self.hint_id());
        let error = self.error.is_some().then(|| self.error_id());
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    /// For `aria-invalid`.
    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn class(&self) -> &'static str {
        if self.error.is_some() { "field field-invalid" } else { "field" }
    }

    fn hint_view(&self) -> impl IntoView + use<> {
        let id = self.hint_id();
        self.hint.clone().map(|hint| view! { <p class="field-hint" id=id>{hint}</p> })
    }

    fn error_view(&self) -> impl IntoView + use<> {
        let id = self.error_id();
        self.error.clone().map(|error| {
            view! {
                <p class="field-error" id=id>
                    <Icon glyph=Glyph::CircleAlert/>
                    {error}
                </p>
            }
        })
    }

    /// A field with one control.
    fn field(self, label: String, need: Need, control: impl IntoView) -> impl IntoView {
        FieldLabels::current().note(&self.id, &label);
        view! {
            <div class=self.class()>
                <label class="field-label" for=self.id.clone()>
                    {label}
                    {optional_mark(need)}
                </label>
                {self.hint_view()}
                {control}
                {self.error_view()}
            </div>
        }
    }

    /// A field with several controls, named by a legend.
    fn group(self, legend: String, need: Need, controls: impl IntoView) -> impl IntoView {
        FieldLabels::current().note(&self.id, &legend);
        view! {
            <fieldset class=self.class() aria-describedby=self.described_by()>
                <legend class="field-label">
                    {legend}
                    {optional_mark(need)}
                </legend>
                {self.hint_view()}
                {controls}
                {self.error_view()}
            </fieldset>
        }
    }
}

fn optional_mark(need: Need) -> impl IntoView {
    (need == Need::Optional).then(|| view! { " " <span class="field-optional">{t!("ui-optional")}</span> })
}
