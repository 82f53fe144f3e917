use engine::Id;
use serde::{Deserialize, Serialize};

/// What a request knows of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// Names it to its owner; opens nothing.
    pub id: Id<OpenSession>,
    /// Whether its owner proved who they are within the last quarter of an hour.
    pub is_confirmed: bool,
    /// What they proved when they signed in.
    pub proven: Proven,
}

/// How many factors somebody has shown to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proven {
    /// A password, a link, a code by text message, or a provider's word.
    OneFactor,
    /// With a second factor; or a passkey, which is unlocked: having the device and being its owner.
    TwoFactors,
}
