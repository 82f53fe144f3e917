//! For `#[serde(deserialize_with)]`: what forms send for hidden fields and choices. A value that no form of ours offers is a malformed request;
//! what people type is read by its handler instead, which can say what is wrong with it.

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, de::Error};

/// A number: forms send it as text.
pub fn number<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// The choice from a list; `None` for its empty entry. Radio buttons send nothing without a choice: the field needs `#[serde(default)]`, too.
pub fn chosen<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(D::Error::custom),
    }
}
