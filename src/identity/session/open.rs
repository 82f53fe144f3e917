use engine::Id;
use serde::{Deserialize, Serialize};

/// A request's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// Its id, shown to its owner; it grants no access.
    pub id: Id<OpenSession>,
    /// Whether the user proved their identity within the last quarter of an hour.
    pub is_confirmed: bool,
    /// The factors used to sign in.
    pub proven: Proven,
}

/// How many factors were used to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proven {
    /// A password, a link, a code by text message, or an identity provider.
    OneFactor,
    /// A second factor, or an unlocked passkey, which counts as two factors.
    TwoFactors,
}
