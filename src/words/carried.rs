//! Sentences that a page carries for its islands and scripts: the browser has no catalogues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Sentences by key, in the reader's language. They have values at most, no forms for one and many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried(BTreeMap<String, String>);

#[cfg(feature = "ssr")]
impl Carried {
    /// All sentences whose key begins so.
    pub fn beginning(prefix: &str) -> Self {
        let sentences = super::catalogues::sources(super::language()).flat_map(str::lines);
        let pairs = sentences.filter_map(|line| line.split_once(" = ")).filter(|(key, _)| key.starts_with(prefix));
        Self(pairs.map(|(key, text)| (key.to_owned(), text.to_owned())).collect())
    }

    /// These, and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// As JSON that can stand in a `<script>`.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default().replace('<', "\\u003c")
    }
}

impl Carried {
    /// In the browser, makes them known to `t!`; on the server they are.
    pub fn learn(&self) {
        #[cfg(not(feature = "ssr"))]
        browser::learn(&self.0);
    }
}

#[cfg(not(feature = "ssr"))]
pub(super) mod browser {
    use std::{
        cell::RefCell,
        collections::{BTreeMap, HashMap},
    };

    thread_local! {
        /// They live as long as the page.
        static LEARNED: RefCell<HashMap<&'static str, &'static str>> = RefCell::default();
    }

    pub fn learn(sentences: &BTreeMap<String, String>) {
        LEARNED.with_borrow_mut(|learned| {
            for (key, text) in sentences {
                if !learned.contains_key(key.as_str()) {
                    learned.insert(key.clone().leak(), text.clone().leak());
                }
            }
        });
    }

    pub fn sentence(key: &str) -> Option<&'static str> {
        LEARNED.with_borrow(|learned| learned.get(key).copied())
    }
}
