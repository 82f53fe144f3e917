use engine::{EmailAddress, Phone};
use serde::{Deserialize, Serialize};

use crate::{
    error::{AppError, OrInternal},
    secrets::Keys,
};

/// The encryption purpose of a message's content.
pub const SEALED_FOR: &str = "notification";

/// Content and recipient of a message: the encrypted part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub(super) enum Content {
    Email(Letter),
    Text { to: Phone, body: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub to: EmailAddress,
    pub subject: String,
    pub lines: Vec<String>,
    /// A button's label and URL.
    pub action: Option<(String, String)>,
}

impl Content {
    /// The code in the database.
    pub(super) fn channel(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Text { .. } => "sms",
        }
    }

    pub(super) fn seal(&self, keys: &Keys) -> Result<Vec<u8>, AppError> {
        let json = serde_json::to_vec(self).or_internal()?;
        Ok(keys.seal(SEALED_FOR, &json))
    }

    pub(super) fn open(keys: &Keys, sealed: &[u8]) -> Result<Self, AppError> {
        serde_json::from_slice(&keys.open(SEALED_FOR, sealed)?).or_internal()
    }
}
