//! The identifiers of a person, and how to find them in text written by others.

use engine::Phone;
use serde::{Deserialize, Serialize};

engine::codes! {
    /// A kind of identifier.
    pub enum IdentifierKind ("kind of identifier") {
        /// First and last name.
        Name = "name",
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// A license plate.
        Plate = "plate",
    }
}

impl IdentifierKind {
    /// In words, several of them.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "names",
            Self::Email => "e-mail addresses",
            Self::Phone => "phone numbers",
            Self::Plate => "license plates",
        }
    }
}

/// Something that identifies a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    pub kind: IdentifierKind,
    /// The identifier as it was written.
    pub value: String,
}

impl Identifier {
    /// Whether finding it means finding the person. Names are what people type: one word is none, nor are two that are as short as “to do”, or
    /// numbers, which look like dates. A plate of letters is a word, one of digits an amount or a postal code. What else is common is seen by how
    /// often it is found.
    pub fn is_telling(&self) -> bool {
        match self.kind {
            IdentifierKind::Name => {
                let words = self.tokens();
                let is_word = |token: &&&str| token.chars().all(char::is_alphabetic);
                // In bytes: an ideograph says as much as several letters.
                words.iter().filter(is_word).count() >= 2 && words.concat().len() >= 5
            }
            IdentifierKind::Email => true,
            IdentifierKind::Phone => self.closed_up().len() >= 7,
            IdentifierKind::Plate => {
                let plate = self.closed_up();
                let has = |kind: fn(&char) -> bool| plate.chars().any(|character| kind(&character));
                plate.len() >= 5
                    && has(|character| character.is_alphabetic())
                    && has(|character| character.is_numeric())
            }
        }
    }

    /// A number or plate without gaps. For a phone number the digits that are the same from every country: without country code and leading zero.
    fn closed_up(&self) -> String {
        if self.kind == IdentifierKind::Plate {
            return self.tokens().concat().to_lowercase();
        }
        let national = self.value.parse::<Phone>().map_or_else(|_| self.value.clone(), |phone| phone.national());
        digits(&national).trim_start_matches('0').to_owned()
    }

    fn tokens(&self) -> Vec<&str> {
        self.value.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
    }

    /// A regular expression of Postgres that finds it, and not where it is a part of something longer: `lee@corp.com` isn't in `bruce.lee@corp.com`,
    /// nor plate `TOW1N` in `tow1ng`, nor Ann Lee in Mary-Ann Lee. Between the words of a name may be anything but letters, digits and underscores,
    /// which join the words of codes.
    pub fn pattern(&self) -> String {
        match self.kind {
            IdentifierKind::Name => {
                format!(r"(?<![[:alnum:]]-)\m{}\M(?!-[[:alpha:]])", self.tokens().join("[^[:alnum:]_]{1,4}"))
            }
            IdentifierKind::Email => {
                let address = self.value.chars().map(|c| if c.is_alphanumeric() { c.into() } else { format!(r"\{c}") });
                format!(r"(?<![[:alnum:]._%+-]){}(?![[:alnum:]-]|[.][[:alpha:]])", address.collect::<String>())
            }
            IdentifierKind::Phone => {
                let number = self.closed_up();
                let country = digits(&self.value).strip_suffix(&number).unwrap_or_default().to_owned();
                format!(
                    "(?<![[:alnum:]])((([+]|00)?{country}|0)[ ().\u{a0}/-]{{0,3}})?[(]?{}(?![[:digit:]])",
                    spaced(&number, "[ ().\u{a0}/-]{0,2}")
                )
            }
            IdentifierKind::Plate => {
                format!("(?<![[:alnum:]]){}(?![[:alnum:]])", spaced(&self.closed_up(), "[ .\u{a0}-]?"))
            }
        }
    }
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The characters of a number or plate with gaps between them.
fn spaced(closed_up: &str, gap: &str) -> String {
    closed_up.chars().map(String::from).collect::<Vec<_>>().join(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(kind: IdentifierKind, value: &str) -> Identifier {
        Identifier { kind, value: value.into() }
    }

    #[test]
    fn what_many_people_share_or_write_tells_nobody_apart() {
        use IdentifierKind::{Name, Plate};

        for (kind, common) in [
            (Name, "Dana"),
            (Name, "To Do"),
            (Name, "2026 03 03"),
            (Plate, "A-12"),
            (Plate, "TOWING"),
            (Plate, "30303"),
        ] {
            assert!(!identifier(kind, common).is_telling(), "{common}");
        }
        for (kind, telling) in [(Name, "Dana Reed"), (Name, "Bo Li-Wu"), (Name, "李 小龙"), (Plate, "RTL-4821")] {
            assert!(identifier(kind, telling).is_telling(), "{telling}");
        }
    }

    #[test]
    fn a_number_is_looked_for_as_people_write_it_at_home() {
        let number = |value| identifier(IdentifierKind::Phone, value).closed_up();
        assert_eq!(number("+14045550123"), "4045550123");
        assert_eq!(number("+4930123456"), "30123456");
    }
}
