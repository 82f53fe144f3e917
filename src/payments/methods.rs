//! The ways to pay that a customer can choose.

use crate::{bookings::PaymentMethod, tenants::Tenant};

/// The tenant's payment methods: transfers only if it can receive them.
pub fn accepted(tenant: &Tenant) -> Vec<PaymentMethod> {
    let mut methods = vec![PaymentMethod::Cash];
    methods.extend(tenant.settings.cashapp_handle.is_some().then_some(PaymentMethod::CashApp));
    methods.extend(tenant.settings.zelle_handle.is_some().then_some(PaymentMethod::Zelle));
    methods
}

/// The chosen method, if the tenant accepts it.
pub fn read(tenant: &Tenant, text: &str) -> Result<PaymentMethod, &'static str> {
    match text.parse() {
        Ok(PaymentMethod::Stripe) => Err(t!("payments-we-dont-take-cards-yet-choose")),
        Ok(method) if accepted(tenant).contains(&method) => Ok(method),
        _ => Err(t!("payments-choose-how-you-will-pay")),
    }
}
