//! What a form remembers when it comes back: typed values, field errors, one message for the whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A submitted form as it is shown again: what was typed and what was wrong with it.
///
/// The default is a form nobody has filled in yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    /// Typed values by field name. Passwords and card numbers never belong here.
    pub values: BTreeMap<String, String>,
    /// A sentence per field that tells the person what to do, by field name.
    pub errors: BTreeMap<String, String>,
    /// What was wrong with the form as a whole, if anything.
    pub message: Option<String>,
}

impl FormState {
    /// A form filled in beforehand, say with what is already known of a customer.
    pub fn prefilled<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        Self {
            values: values.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            ..Self::default()
        }
    }

    /// The value and error of one field, to be handed to its component.
    pub fn field(&self, name: &str) -> FieldState {
        FieldState { value: self.value(name).to_owned(), error: self.errors.get(name).cloned() }
    }

    /// What was typed into a field; empty when nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether the form was turned down.
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
}

impl FieldState {
    /// A field that starts out with a value and without an error.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }
}
