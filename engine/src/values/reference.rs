use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::characters::to_ascii;

/// The name of a booking that people read out over the phone: `RA-7K3M9Q`.
///
/// Two to four letters of the brand, then six characters without those that are easily confused
/// (0 and O; 1, I and L) and without U (so that few words arise by chance).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReferenceError {
    #[error("Enter a booking reference")]
    Missing,
    /// Not a prefix and six characters of the alphabet.
    #[error("Enter a booking reference like RA-7K3M9Q")]
    Malformed,
}

const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH: usize = 6;

impl Reference {
    /// A reference made from random bits (30⁶ = 729 million per prefix).
    pub fn from_random(prefix: &str, random: u64) -> Result<Self, ReferenceError> {
        let prefix = prefix.to_ascii_uppercase();
        if !is_prefix(&prefix) {
            return Err(ReferenceError::Malformed);
        }
        let mut rest = random;
        let base = ALPHABET.len() as u64;
        let code: String = (0..CODE_LENGTH)
            .map(|_| {
                let digit = usize::try_from(rest % base).expect("a remainder under 30 fits");
                rest /= base;
                char::from(ALPHABET[digit])
            })
            .collect();
        Ok(Self(format!("{prefix}-{code}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn prefix(&self) -> &str {
        &self.0[..self.0.len() - CODE_LENGTH - 1]
    }
}

fn is_prefix(prefix: &str) -> bool {
    (2..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase())
}

/// Reads any case, with or without spaces and dash.
impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String =
            to_ascii(text).chars().filter(|&c| c != ' ' && c != '-').map(|c| c.to_ascii_uppercase()).collect();
        if compact.is_empty() {
            return Err(ReferenceError::Missing);
        }
        if !compact.is_ascii() || compact.len() <= CODE_LENGTH {
            return Err(ReferenceError::Malformed);
        }
        let (prefix, code) = compact.split_at(compact.len() - CODE_LENGTH);
        if !is_prefix(prefix) || !code.bytes().all(|b| ALPHABET.contains(&b)) {
            return Err(ReferenceError::Malformed);
        }
        Ok(Self(format!("{prefix}-{code}")))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_value!(Reference);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_is_read_as_people_type_it() {
        for text in ["RA-7K3M9Q", "ra-7k3m9q", "ra7k3m9q", " RA 7K3 M9Q ", "RA–7K3M9Q"] {
            assert_eq!(text.parse::<Reference>().unwrap().as_str(), "RA-7K3M9Q", "{text}");
        }
    }

    #[test]
    fn invalid_references_are_rejected() {
        for text in [
            "RA-7K3M9",
            "R-7K3M9Q",
            "RONJA-7K3M9Q",
            "RA-7K3M9O",
            "RA-7K3M91",
            "RA_7K3M9Q",
            "R2-7K3M9Q",
            "РА-7K3M9Q",
            "é",
        ] {
            assert_eq!(text.parse::<Reference>(), Err(ReferenceError::Malformed), "{text}");
        }
        assert_eq!(" - ".parse::<Reference>(), Err(ReferenceError::Missing));
    }

    #[test]
    fn a_prefix_has_two_to_four_letters() {
        for prefix in ["", "R", "RONJA", "R1", "Ä"] {
            assert!(Reference::from_random(prefix, 7).is_err(), "{prefix}");
        }
        assert_eq!(Reference::from_random("ra", 0).unwrap().as_str(), "RA-222222");
        assert_eq!(Reference::from_random("SGO", 1).unwrap().prefix(), "SGO");
    }

    #[test]
    fn the_alphabet_has_no_lookalikes() {
        assert!(ALPHABET.iter().all(|c| !b"0O1ILU".contains(c)));
        assert!(ALPHABET.is_sorted());
    }

    proptest! {
        #[test]
        fn a_reference_survives_being_read_out(random in any::<u64>(), prefix in "[A-Z]{2,4}") {
            let reference = Reference::from_random(&prefix, random).unwrap();
            prop_assert_eq!(reference.prefix(), &prefix);
            prop_assert_eq!(reference.as_str().len(), prefix.len() + 7);
            prop_assert_eq!(reference.to_string().to_lowercase().replace('-', " ").parse::<Reference>().unwrap(), reference);
        }

        #[test]
        fn different_numbers_make_different_references(a in 0u64..729_000_000, b in 0u64..729_000_000) {
            let same = Reference::from_random("RA", a).unwrap() == Reference::from_random("RA", b).unwrap();
            prop_assert_eq!(same, a == b);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,16}") {
            let _ = text.parse::<Reference>();
        }
    }
}
