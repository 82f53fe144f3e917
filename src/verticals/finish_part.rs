use engine::Quote;
use leptos::prelude::*;

use crate::{tenants::Tenant, ui::FormState};

/// What a kind of business asks its provider at the end of a job.
pub struct FinishPart {
    /// The path of its server function, which takes the report and ends the job.
    pub action: &'static str,
    /// The fields of the report, with the resulting price.
    pub fields: Box<dyn FnOnce(&FinishSheet<'_>) -> AnyView + Send>,
}

impl FinishPart {
    pub fn new(action: &'static str, fields: impl FnOnce(&FinishSheet<'_>) -> AnyView + Send + 'static) -> Self {
        Self { action, fields: Box::new(fields) }
    }
}

/// What the form that ends a job knows.
pub struct FinishSheet<'a> {
    pub tenant: &'a Tenant,
    pub approved: &'a Quote,
    /// What the amount due means for the provider.
    pub total_label: String,
    /// Somebody else pays, and the provider isn't shown how much.
    pub hides_price: bool,
    pub form: &'a FormState,
}

impl FinishSheet<'_> {
    /// Who pays, instead of a price.
    pub fn payer(&self) -> AnyView {
        let payer = self.total_label.clone();
        view! { <p>{payer} {t!("verticals-you-collect-nothing")}</p> }.into_any()
    }
}
