//! Export of all data of a person.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{person, subject::Subject};
use crate::{audit, db::Tx, error::AppError, identity, tenants::Tenant};

/// All data of a person as JSON. Records the export in the audit log.
pub(super) async fn export(tx: &mut Tx, tenant: &Tenant, subject: &Subject) -> Result<Value, AppError> {
    let data = person::export(tx, subject).await?;
    let devices = match subject.user {
        Some(user) => identity::devices(tx, user).await?,
        None => Vec::new(),
    };
    let devices: Vec<Value> = devices
        .into_iter()
        .map(|device| {
            json!({
                "browser": device.user_agent,
                "address_prefix": device.address,
                "signed_in_at": device.created_at,
                "last_seen_at": device.last_seen_at,
            })
        })
        .collect();
    let object: Option<(&str, Uuid)> = match (subject.user, subject.customers.first()) {
        (Some(user), _) => Some(("users", user.into())),
        (None, Some(customer)) => Some(("customers", (*customer).into())),
        (None, None) => None,
    };
    audit::event(tx, "personal_data_exported", object, json!({})).await?;
    Ok(json!({
        "from": tenant.name,
        "exported_at": tx.now,
        "currency": tenant.currency.to_string(),
        "amounts": "in minor units of the currency",
        "times": "in UTC",
        "data": data,
        "devices": devices,
    }))
}
