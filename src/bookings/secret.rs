use crate::{identity::token::Token, secrets::Keys};

/// What the secret of a booking's link is sealed for.
pub const SEALED_FOR: &str = "booking link";

/// The secret of a booking's link as stored: a hash to find the booking by, and the encrypted secret for later messages.
#[derive(Debug, Clone)]
pub struct StoredSecret {
    pub(super) hash: Vec<u8>,
    pub(super) sealed: Option<Vec<u8>>,
}

impl StoredSecret {
    /// What is stored of this secret: without keys, nothing that messages could carry.
    pub fn of(token: &Token, keys: Option<&Keys>) -> Self {
        let sealed = keys.map(|keys| keys.seal(SEALED_FOR, token.reveal().as_bytes()));
        Self { hash: token.hash(), sealed }
    }
}
