use crate::{identity::token::Token, secrets::Keys};

/// The encryption purpose of a booking's secret.
pub const SEALED_FOR: &str = "booking link";

/// The token of a booking's link as stored: a hash to find the booking by, and the encrypted token for later messages.
#[derive(Debug, Clone)]
pub struct StoredSecret {
    pub(super) hash: Vec<u8>,
    pub(super) sealed: Option<Vec<u8>>,
}

impl StoredSecret {
    /// The stored form of this token; without keys only the hash, so messages can't contain the link.
    pub fn of(token: &Token, keys: Option<&Keys>) -> Self {
        let sealed = keys.map(|keys| keys.seal(SEALED_FOR, token.reveal().as_bytes()));
        Self { hash: token.hash(), sealed }
    }
}
