use engine::{Amount, CancellationFees};
use serde::{Deserialize, Serialize};

use crate::tenants::Tenant;

/// The rules of roadside assistance, among the tenant's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Fee for cancelling after a provider was assigned, minor units.
    pub dispatch_fee: i64,
    /// Fee for cancelling after the provider has arrived, minor units.
    pub dry_run_fee: i64,
    /// Maximum miles charged for a tow without a known destination, unless the customer approves more.
    pub unknown_miles_ceiling: u32,
}

impl Default for Rules {
    /// Free of fees: an amount that suits one currency doesn't suit another.
    fn default() -> Self {
        Self { dispatch_fee: 0, dry_run_fee: 0, unknown_miles_ceiling: 25 }
    }
}

impl Rules {
    pub fn of(tenant: &Tenant) -> Self {
        tenant.settings.of_kind()
    }

    pub fn cancellation_fees(&self) -> CancellationFees {
        CancellationFees { dispatch_fee: Amount(self.dispatch_fee), dry_run_fee: Amount(self.dry_run_fee) }
    }
}
