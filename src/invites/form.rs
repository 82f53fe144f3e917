use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    /// The token of the link.
    pub token: String,
    pub name: String,
    pub phone: String,
    /// New password; empty if there is an account already.
    pub password: String,
    /// Where a provider is based.
    pub home: String,
    /// A provider's vehicle.
    pub vehicle: String,
    /// Codes of the services a provider can be sent for, each ticked as `skills[code]`.
    pub skills: BTreeMap<String, String>,
}
