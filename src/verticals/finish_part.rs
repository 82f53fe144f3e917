use engine::Quote;
use leptos::prelude::*;

use crate::{tenants::Tenant, ui::FormState};

/// What a kind of business asks its provider when a job is done.
#[derive(Clone, Copy)]
pub struct FinishPart {
    /// The path of its server function, which reads the report and finishes the job.
    pub action: &'static str,
    /// Whether a job at this price needs a report. One that doesn't is finished by the core's own function.
    pub needs_report: fn(&Quote) -> bool,
    /// The fields of the report, with the resulting price.
    pub fields: fn(&FinishSheet<'_>) -> AnyView,
}

/// What the form that finishes a job knows.
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
