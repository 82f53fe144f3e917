//! Secrets in links and cookies. Only their hash is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A random secret. Not `Debug`, so that it doesn't end up in a log.
pub struct Token(String);

impl Token {
    /// 192 bits of randomness.
    pub fn random() -> Self {
        let bytes: [u8; 24] = rand::random();
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The secret itself, for putting it into a link.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Derives a second secret that can be computed only from this one; always the same for the same purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        let mut digest = Sha256::new_with_prefix(purpose.as_bytes());
        digest.update([0]);
        digest.update(self.0.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(&digest.finalize()[..24]))
    }

    /// The stored form: SHA-256. The secret is random, so a slow hash would add nothing.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
