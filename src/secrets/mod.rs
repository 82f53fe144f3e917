//! Encryption of secrets at rest: values that we must read again (a second factor's seed, an identity provider's client secret, a queued message) are
//! encrypted ("sealed") with a key that the database doesn't have.
//!
//! A sealed value is `[1][length of the key's id][the key's id][24 bytes nonce][XChaCha20-Poly1305 ciphertext]`. Its `purpose` and the key's id are
//! authenticated with it, so a value moved into another column can't be decrypted. Columns of sealed values are named `sealed_…` and listed in
//! [`rotation`], or by their kind of business; the former re-encrypts them with the first key.

pub mod rotation;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    AeadCore, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, OsRng, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::{
    config::{Config, Environment},
    error::AppError,
};

/// Version of the format described above.
const VERSION: u8 = 1;

/// Length of an XChaCha20-Poly1305 nonce, in bytes: long enough to be random.
const NONCE_LENGTH: usize = 24;

/// The key file of a development checkout.
const CHECKOUT_FILE: &str = ".wayside/secret-keys";

/// The installation's keys (`WAYSIDE_SECRET_KEYS`). The first one encrypts; the others decrypt older values.
#[derive(Clone)]
pub struct Keys(Arc<[Key]>);

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
    mac: Hmac<Sha256>,
}

impl Keys {
    /// The configured keys. In development a missing key is generated and stored in the checkout; in production it is an error.
    pub fn of(config: &Config) -> Result<Self> {
        match &config.secret_keys {
            Some(setting) => Self::parse(setting),
            None if config.environment == Environment::Production => anyhow::bail!(
                "no key to seal secrets with: set WAYSIDE_SECRET_KEYS to a name and 32 random bytes, as in \
                 WAYSIDE_SECRET_KEYS=\"k1:$(head -c 32 /dev/urandom | base64)\", and keep it apart from the database's backups"
            ),
            None => Self::of_checkout(Path::new(CHECKOUT_FILE)),
        }
    }

    /// Parses `id:base64,older:base64`. Fails if a key isn't 32 bytes or an id comes twice.
    pub fn parse(setting: &SecretString) -> Result<Self> {
        let mut keys: Vec<Key> = Vec::new();
        for part in setting.expose_secret().split(',') {
            let (id, bytes) = part.trim().split_once(':').context("a secret key is not of the form `name:base64`")?;
            let is_name = (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            ensure!(is_name, "the name of a secret key is not 1 to 32 letters, digits and hyphens");
            ensure!(keys.iter().all(|key| key.id != id), "two secret keys are named `{id}`");
            let bytes = STANDARD.decode(bytes).ok().filter(|bytes| bytes.len() == 32);
            keys.push(Key::new(id, &bytes.with_context(|| format!("secret key `{id}` is not 32 bytes in base64"))?));
        }
        Ok(Self(keys.into()))
    }

    fn of_checkout(file: &Path) -> Result<Self> {
        if !file.exists() {
            let key = format!("development:{}\n", STANDARD.encode(rand::random::<[u8; 32]>()));
            write_privately(file, &key).with_context(|| format!("can't write {}", file.display()))?;
        }
        let text = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
        Self::parse(&text.trim().into())
    }

    /// Encrypts a value. Only [`Keys::open`] with the same purpose decrypts it.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.sealing();
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let mut sealed = self.current_prefix();
        let payload = Payload { msg: plain, aad: &associated(&key.id, purpose) };
        let ciphertext = key.cipher.encrypt(&nonce, payload).expect("a value of ours is shorter than 256 GiB");
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Decrypts a value with this purpose. Fails if it was changed, has another purpose, or its key isn't configured.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
        let opened = self.parts(sealed).and_then(|(key, nonce, ciphertext)| {
            let payload = Payload { msg: ciphertext, aad: &associated(&key.id, purpose) };
            key.cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
        });
        opened.ok_or_else(|| {
            let key = key_id(sealed).unwrap_or("?");
            AppError::internal(&format!("a value sealed with key `{key}` for `{purpose}` doesn't open"))
        })
    }

    /// A keyed digest of a value that is too short for a plain hash (a six-digit code), preceded by the key's id.
    pub fn digest(&self, purpose: &str, value: &[u8]) -> Vec<u8> {
        let mut digest = self.current_prefix();
        digest.extend_from_slice(&self.sealing().mac_of(purpose, value).finalize().into_bytes());
        digest
    }

    /// Whether a digest is of this value, in constant time.
    pub fn matches(&self, purpose: &str, value: &[u8], digest: &[u8]) -> bool {
        let key = key_id(digest).and_then(|id| self.0.iter().find(|key| key.id == id));
        key.is_some_and(|key| key.mac_of(purpose, value).verify_slice(&digest[2 + key.id.len()..]).is_ok())
    }

    /// The prefix of values encrypted with the first key.
    pub(crate) fn current_prefix(&self) -> Vec<u8> {
        let id = &self.sealing().id;
        let length = u8::try_from(id.len()).expect("a key's name has 32 bytes at most");
        [&[VERSION, length], id.as_bytes()].concat()
    }

    fn sealing(&self) -> &Key {
        self.0.first().expect("there is one key at least, or the settings would not have been read")
    }

    /// Key, nonce and ciphertext of an encrypted value.
    fn parts<'a>(&'a self, sealed: &'a [u8]) -> Option<(&'a Key, &'a [u8], &'a [u8])> {
        let id = key_id(sealed)?;
        let key = self.0.iter().find(|key| key.id == id)?;
        let (nonce, ciphertext) = sealed[2 + id.len()..].split_at_checked(NONCE_LENGTH)?;
        Some((key, nonce, ciphertext))
    }
}

/// Shows only names, so that no key gets into a log.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl Key {
    /// The key for digests is derived, so that no key is used for two algorithms.
    fn new(id: &str, bytes: &[u8]) -> Self {
        let derived = keyed(bytes).chain_update(b"wayside digest").finalize().into_bytes();
        Self {
            id: id.to_owned(),
            cipher: XChaCha20Poly1305::new_from_slice(bytes).expect("the length was checked"),
            mac: keyed(&derived),
        }
    }

    fn mac_of(&self, purpose: &str, value: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(purpose.as_bytes()).chain_update([0]).chain_update(value)
    }
}

fn keyed(bytes: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as Mac>::new_from_slice(bytes).expect("HMAC takes keys of any length")
}

/// The additional authenticated data.
fn associated(key: &str, purpose: &str) -> Vec<u8> {
    [key.as_bytes(), &[0], purpose.as_bytes()].concat()
}

/// The key of an encrypted value, by its id.
fn key_id(sealed: &[u8]) -> Option<&str> {
    let (&[version, length], rest) = sealed.split_first_chunk::<2>()?;
    let id = rest.get(..usize::from(length)).filter(|_| version == VERSION)?;
    std::str::from_utf8(id).ok()
}

/// Creates a file that only its owner can read. If two processes start at once, the second uses the first one's file.
fn write_privately(file: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};

    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut open) => open.write_all(text.as_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
