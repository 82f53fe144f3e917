use leptos::prelude::AnyView;

use crate::{tenants::Tenant, ui::FormState};

/// The card of a kind of business among the settings.
#[derive(Clone, Copy)]
pub struct SettingsPart {
    /// The path of its form's server function.
    pub action: &'static str,
    /// Shows the form: as it was rejected, or with the present rules.
    pub section: fn(&Tenant, &FormState) -> AnyView,
}
