use engine::{EmailAddress, Phone};
use serde::{Deserialize, Serialize};

use crate::{error::AppError, secrets::Keys};

/// What the content of a message is sealed for.
pub const SEALED_FOR: &str = "notification";

/// What a message says and to whom: all that is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub(super) enum Content {
    Email {
        to: EmailAddress,
        subject: String,
        lines: Vec<String>,
        /// A button's label, and where it leads.
        action: Option<(String, String)>,
    },
    Text {
        to: Phone,
        body: String,
    },
}

impl Content {
    /// As the database spells it.
    pub(super) fn channel(&self) -> &'static str {
        match self {
            Self::Email { .. } => "email",
            Self::Text { .. } => "sms",
        }
    }

    pub(super) fn seal(&self, keys: &Keys) -> Result<Vec<u8>, AppError> {
        let json = serde_json::to_vec(self).map_err(|error| AppError::internal(&error))?;
        Ok(keys.seal(SEALED_FOR, &json))
    }

    pub(super) fn open(keys: &Keys, sealed: &[u8]) -> Result<Self, AppError> {
        serde_json::from_slice(&keys.open(SEALED_FOR, sealed)?).map_err(|error| AppError::internal(&error))
    }
}
