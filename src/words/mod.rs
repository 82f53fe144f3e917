//! The sentences of pages and messages, by key, in the language of whoever reads them.
//!
//! - `t!("account-sign-out")` is a sentence, `t!("account-changing-to", address = address)` one with values, and `count(n)` a value that chooses between
//!   one and many. Each language has its catalogues in Fluent's format: those of the core in `src/words/`, those of a kind of business in its folder
//!   ([`Kind::catalogues`](crate::verticals::Kind::catalogues)). A key begins with its catalogue's name.
//! - The language is that of the task: a request's, or a message's ([`in_language`]).
//! - An island says only sentences that its page carries ([`Carried`]).
//! - A language that lacks a sentence borrows the English one.
//!
//! The decision is in `docs/decisions/0035-fluent.md`.

mod carried;
#[cfg(feature = "ssr")]
mod catalogues;
#[cfg(feature = "ssr")]
mod language;

use std::fmt::Display;

#[cfg(feature = "ssr")]
use fluent_bundle::{FluentArgs, FluentValue};

pub use carried::Carried;
#[cfg(feature = "ssr")]
pub use language::{Language, in_language, language};

/// A value as it is given to a sentence.
#[cfg(feature = "ssr")]
pub type Given = FluentValue<'static>;
#[cfg(not(feature = "ssr"))]
pub type Given = String;

/// A sentence in the reader's language, with its values by name: see the [module](crate::words).
macro_rules! t {
    ($key:expr) => {
        $crate::words::sentence($key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::fill($key, [$((stringify!($name), $crate::words::Value::value(&$value))),+])
    };
}

/// The name of a sentence, in a constant; [`say`](Phrase::say) it where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase(pub &'static str);

impl Phrase {
    /// The sentence in the reader's language.
    pub fn say(self) -> &'static str {
        sentence(self.0)
    }

    /// The sentence with its values.
    pub fn with<const N: usize>(self, values: [(&'static str, &dyn Display); N]) -> String {
        fill(self.0, values.map(|(name, value)| (name, value.to_string().value())))
    }
}

/// A [`Phrase`], with the names of the values that it is said with.
macro_rules! phrase {
    ($key:literal $(, $name:ident)*) => {
        $crate::words::Phrase($key)
    };
}

/// A number that chooses between forms like "1 job" and "2 jobs".
pub struct Count(i64);

/// See [`Count`].
pub fn count(number: impl TryInto<i64>) -> Count {
    Count(number.try_into().unwrap_or(i64::MAX))
}

/// What can stand in a sentence: every text, and a [`Count`].
pub trait Value {
    fn value(&self) -> Given;
}

impl<T: Display + ?Sized> Value for T {
    fn value(&self) -> Given {
        Given::from(self.to_string())
    }
}

impl Value for Count {
    fn value(&self) -> Given {
        #[cfg(feature = "ssr")]
        return Given::from(self.0);
        #[cfg(not(feature = "ssr"))]
        self.0.to_string()
    }
}

/// The sentence with this key; for `t!`. The key itself if there is none, which a test forbids.
#[cfg(feature = "ssr")]
pub fn sentence(key: &'static str) -> &'static str {
    catalogues::of(language()).sentence(key).or_else(|| catalogues::of(Language::English).sentence(key)).unwrap_or(key)
}

/// The sentence with this key and values; for `t!`.
#[cfg(feature = "ssr")]
pub fn fill<const N: usize>(key: &'static str, values: [(&'static str, Given); N]) -> String {
    let values = FluentArgs::from_iter(values);
    let filled = catalogues::of(language()).fill(key, &values);
    filled.or_else(|| catalogues::of(Language::English).fill(key, &values)).unwrap_or_else(|| key.to_owned())
}

/// The sentence with this key that the page carries; for `t!`.
#[cfg(not(feature = "ssr"))]
pub fn sentence(key: &'static str) -> &'static str {
    carried::browser::sentence(key).unwrap_or(key)
}

/// The same with values; for `t!`.
#[cfg(not(feature = "ssr"))]
pub fn fill<const N: usize>(key: &'static str, values: [(&'static str, Given); N]) -> String {
    values.iter().fold(sentence(key).to_owned(), |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
