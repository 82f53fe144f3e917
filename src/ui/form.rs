//! The state of a rejected form: typed values, field errors, and one message for the whole form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Typed values and errors of a form. The default is an empty form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    /// By field name. Never contains passwords or card numbers.
    pub values: BTreeMap<String, String>,
    /// By field name; each says what to do.
    pub errors: BTreeMap<String, String>,
    pub message: Option<String>,
    /// Distinguishes this form from others on the page with the same field names; empty if there are none.
    #[serde(skip)]
    pub scope: String,
}

impl FormState {
    /// A form with known values, such as a customer's name.
    pub fn prefilled<K: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (K, V)>) -> Self {
        Self {
            values: values.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            ..Self::default()
        }
    }

    /// The typed values of a rejected form, or else these.
    #[must_use]
    pub fn or_prefilled<K: Into<String>, V: Into<String>>(self, values: impl IntoIterator<Item = (K, V)>) -> Self {
        if self.was_submitted() { self } else { Self::prefilled(values) }
    }

    /// The values and errors of some fields, by their names: what an island needs of a form.
    #[must_use]
    pub fn only(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let of = |fields: &BTreeMap<String, String>| {
            let wanted = fields.iter().filter(|(name, _)| is_wanted(name));
            wanted.map(|(name, text)| (name.clone(), text.clone())).collect()
        };
        Self { values: of(&self.values), errors: of(&self.errors), ..Self::default() }
    }

    /// The id of what the form makes, in its hidden field `attempt`: chosen when the form is first shown, so that sent twice it makes one.
    #[cfg(feature = "ssr")]
    pub fn attempt(&self) -> String {
        match self.field("attempt").value {
            first if first.is_empty() => uuid::Uuid::now_v7().to_string(),
            kept => kept,
        }
    }

    /// The same form on a page with other forms that have the same field names, because ids must be unique.
    #[must_use]
    pub fn within(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }

    /// The value and error of one field, for its component.
    pub fn field(&self, name: &str) -> FieldState {
        FieldState {
            value: self.value(name).to_owned(),
            error: self.errors.get(name).cloned(),
            scope: self.scope.clone(),
        }
    }

    /// What was typed into a field; empty if nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether it was submitted before: rejected, or interrupted to confirm the password. Then typed values replace known ones.
    pub fn was_submitted(&self) -> bool {
        self.is_rejected() || !self.values.is_empty()
    }

    pub fn is_rejected(&self) -> bool {
        self.message.is_some() || !self.errors.is_empty()
    }
}

/// One field of a [`FormState`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldState {
    /// What was typed or chosen.
    pub value: String,
    /// What is wrong and what to do about it.
    pub error: Option<String>,
    /// The [scope](FormState::within) of its form.
    #[serde(default)]
    pub scope: String,
}

impl FieldState {
    /// A field with a value and without error.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }
}
