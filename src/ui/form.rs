//! The state of a rejected form: typed values, field errors, and one message for the whole form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The state of a form: typed values and errors.
///
/// The default is an empty form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    /// Typed values by field name. Passwords and card numbers never belong here.
    pub values: BTreeMap<String, String>,
    /// Messages by field name; each says what to do.
    pub errors: BTreeMap<String, String>,
    /// A message for the whole form, if any.
    pub message: Option<String>,
    /// Tells this form's fields apart from those of the same name elsewhere on the page; empty where there are none.
    #[serde(skip)]
    pub scope: String,
}

impl FormState {
    /// A form filled in beforehand, say with what is already known of a customer.
    pub fn prefilled<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        Self {
            values: values.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            ..Self::default()
        }
    }

    /// The same form on a page that has others with fields of the same names: an id has to be one thing's alone.
    #[must_use]
    pub fn within(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }

    /// The value and error of one field, to be handed to its component.
    pub fn field(&self, name: &str) -> FieldState {
        FieldState {
            value: self.value(name).to_owned(),
            error: self.errors.get(name).cloned(),
            scope: self.scope.clone(),
        }
    }

    /// What was typed into a field; empty when nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether it was submitted before: rejected, or interrupted for a fresh proof. Then typed values replace known ones.
    pub fn came_back(&self) -> bool {
        self.is_rejected() || !self.values.is_empty()
    }

    /// Whether the form was rejected.
    pub fn is_rejected(&self) -> bool {
        self.message.is_some() || !self.errors.is_empty()
    }
}

/// One field of a [`FormState`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldState {
    /// What was typed or chosen.
    pub value: String,
    /// What is wrong with it and what to do about it.
    pub error: Option<String>,
    /// The [scope](FormState::within) of its form.
    #[serde(default)]
    pub scope: String,
}

impl FieldState {
    /// A field that starts out with a value and without an error.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }
}
