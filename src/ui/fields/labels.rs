//! Labels and order of a page's fields, for the error summary, which comes before them.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::{provide_context, use_context};

/// The labels of the fields rendered so far, by the ids of their controls.
#[derive(Clone, Debug, Default)]
pub struct FieldLabels(Arc<Mutex<Vec<(String, String)>>>);

impl FieldLabels {
    /// Starts collecting the labels of the page that is rendered next.
    pub fn provide() {
        provide_context(Self::default());
    }

    /// The labels of the page being rendered; empty for a fragment rendered alone.
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// Adds a field that is about to be rendered.
    pub fn note(&self, id: &str, label: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id.to_owned(), label.to_owned()));
    }

    /// The position of a field on the page, and its label. Call it when the whole page has been rendered.
    pub(in crate::ui) fn find(&self, id: &str) -> Option<(usize, String)> {
        let labels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = labels.iter().position(|(known, _)| known == id)?;
        Some((place, labels[place].1.clone()))
    }
}
