//! Recovery codes for users and operators who lost their phone.

use sha2::{Digest, Sha256};

use crate::{
    error::{AppError, OrInternal},
    secrets::Keys,
};

/// The encryption purpose of recovery codes that can still be shown.
pub const SEALED_FOR: &str = "recovery-codes";

/// Number of codes per set.
pub const COUNT: usize = 10;

/// Letters and digits that can't be confused with each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a code: 120 random bits, so that a plain hash is enough (from 112 bits on no slow hash is needed: ASVS 5.0, 6.5.2).
const LENGTH: usize = 24;

/// Ten new codes, formatted: `7K3M-9Q2X-…`.
pub fn random_codes() -> Vec<String> {
    std::iter::repeat_with(random_code).take(COUNT).collect()
}

fn random_code() -> String {
    let bytes: [u8; LENGTH] = rand::random();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Encrypts the codes, so that they can be shown again.
pub fn seal(keys: &Keys, codes: &[String]) -> Vec<u8> {
    keys.seal(SEALED_FOR, codes.join(" ").as_bytes())
}

/// Decrypts the result of [`seal`].
pub fn open(keys: &Keys, sealed: &[u8]) -> Result<Vec<String>, AppError> {
    let text = String::from_utf8(keys.open(SEALED_FOR, sealed)?).or_internal()?;
    Ok(text.split(' ').map(str::to_owned).collect())
}

/// The stored hashes of the codes.
pub fn hashes(codes: &[String]) -> Vec<Vec<u8>> {
    codes.iter().map(|code| hash(code)).collect()
}

/// The stored hash of a code, in any formatting.
pub fn hash(typed: &str) -> Vec<u8> {
    let plain: String = engine::field::to_ascii(typed)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_all_different_and_readable() {
        let codes = random_codes();
        let different: std::collections::HashSet<&String> = codes.iter().collect();
        assert_eq!(different.len(), COUNT);
        assert!(codes.iter().all(|code| code.len() == LENGTH + 5 && !code.contains(['O', 'I', 'L', 'U'])), "{codes:?}");
    }

    #[test]
    fn a_code_may_be_typed_in_any_way() {
        assert_eq!(hash("7K3M-9Q2X-0011-ABCD"), hash(" 7k3m9q2x oOiL abcd"));
        assert_ne!(hash("7K3M-9Q2X-0011-ABCD"), hash("7K3M-9Q2X-0011-ABCE"));
    }
}
