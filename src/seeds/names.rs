use std::ops::RangeInclusive;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use engine::Id;
use sha2::{Digest, Sha256};

use crate::identity::token::Token;

/// Values derived from the names in a tenant's files, the same in every installation: ids, references, links, pseudo-random numbers.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub tenant: &'a str,
}

impl Names<'_> {
    /// The id for a name in the files.
    pub fn id<T>(self, noun: &str, name: &str) -> Id<T> {
        let digest = digest(&[self.tenant, noun, name]);
        Id::from_uuid(uuid::Builder::from_custom_bytes(first_bytes(&digest)).into_uuid())
    }

    /// A pseudo-random number.
    pub fn chance(self, about: &str, range: RangeInclusive<i64>) -> i64 {
        let span = range.end() - range.start() + 1;
        range.start() + i64::try_from(self.bits(about) % span.unsigned_abs()).unwrap_or_default()
    }

    /// A pseudo-random number of seconds.
    pub fn seconds(self, about: &str, range: RangeInclusive<i64>) -> TimeDelta {
        TimeDelta::seconds(self.chance(about, range))
    }

    /// A pseudo-random number of minutes.
    pub fn minutes(self, about: &str, range: RangeInclusive<i64>) -> TimeDelta {
        TimeDelta::minutes(self.chance(about, range))
    }

    /// Pseudo-random bits.
    pub fn bits(self, about: &str) -> u64 {
        u64::from_le_bytes(first_bytes(&digest(&[self.tenant, "chance", about])))
    }

    /// The token of a booking's tracking link, so that it can be printed.
    pub fn link_token(self, booking: &str) -> Token {
        let bytes: [u8; 24] = first_bytes(&digest(&[self.tenant, "link", booking]));
        Token::from(URL_SAFE_NO_PAD.encode(bytes).as_str())
    }
}

/// Each part is hashed by itself first, so that different lists of parts can't give the same hash.
fn digest(parts: &[&str]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(Sha256::digest(part))).finalize().into()
}

fn first_bytes<const N: usize>(digest: &[u8; 32]) -> [u8; N] {
    *digest.first_chunk().expect("at most 32 bytes are taken")
}
