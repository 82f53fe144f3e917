use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What somebody who accepts tells about themselves.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    /// The secret of the link.
    pub token: String,
    pub name: String,
    pub phone: String,
    /// New password; not asked of who has an account already.
    pub password: String,
    /// Where a provider is based.
    pub home: String,
    /// What a provider comes with.
    pub vehicle: String,
    /// Codes of the services a provider can be sent for, each ticked as `skills[code]`.
    pub skills: BTreeMap<String, String>,
}
