//! Labels and order of a page's fields, for the error summary, which comes before them.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::{provide_context, use_context};

/// The labels of the fields shown so far, by the ids of their controls.
#[derive(Clone, Debug, Default)]
pub struct FieldLabels(Arc<Mutex<Vec<(String, String)>>>);

impl FieldLabels {
    /// Notes the labels of the page that is rendered from now on.
    pub fn provide() {
        provide_context(Self::default());
    }

    /// Those of the page being rendered; none of a part rendered alone.
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// Notes a field that is about to be shown.
    pub fn note(&self, id: &str, label: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id.to_owned(), label.to_owned()));
    }

    /// The place of a field on the page, and its label. Ask once the whole page is put together.
    pub(in crate::ui) fn find(&self, id: &str) -> Option<(usize, String)> {
        let labels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = labels.iter().position(|(known, _)| known == id)?;
        Some((place, labels[place].1.clone()))
    }
}
