//! The identifiers of a person, and how to find them in text written by others.

use engine::Phone;
use serde::{Deserialize, Serialize};

engine::codes! {
    pub enum IdentifierKind ("kind of identifier") {
        Name = "name",
        Email = "email",
        Phone = "phone",
        Plate = "plate",
    }
}

impl IdentifierKind {
    /// The plural.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => t!("privacy-names"),
            Self::Email => t!("privacy-e-mail-addresses"),
            Self::Phone => t!("privacy-phone-numbers"),
            Self::Plate => t!("privacy-license-plates"),
        }
    }
}

/// Something that identifies a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    pub kind: IdentifierKind,
    /// As it was written.
    pub value: String,
}

impl Identifier {
    /// Whether finding the text identifies the person.
    ///
    /// - A name needs two words that aren't as short as “to do” and aren't numbers, which look like dates.
    /// - A plate needs letters and digits: letters alone may be a word, digits alone an amount or a postal code.
    /// - Other common texts are recognized by how often they are found.
    pub fn is_distinctive(&self) -> bool {
        match self.kind {
            IdentifierKind::Name => {
                let words = self.tokens();
                let is_word = |token: &&&str| token.chars().all(char::is_alphabetic);
                // In bytes: an ideograph carries as much as several letters.
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

    /// A number or plate without gaps; a phone number also without country code and leading zero, which depend on where it is dialed.
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

    /// A Postgres regular expression that finds the identifier, but not as part of something longer: not `lee@corp.com` in `bruce.lee@corp.com`,
    /// not plate `TOW1N` in `tow1ng`, not Ann Lee in Mary-Ann Lee. Between the words of a name it allows anything but letters, digits and
    /// underscores, which join the words of codes.
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

/// The characters of a number or plate, with gaps allowed between them.
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
    fn common_or_shared_identifiers_are_not_searched_for() {
        use IdentifierKind::{Name, Plate};

        for (kind, common) in [
            (Name, "Dana"),
            (Name, "To Do"),
            (Name, "2026 03 03"),
            (Plate, "A-12"),
            (Plate, "TOWING"),
            (Plate, "30303"),
        ] {
            assert!(!identifier(kind, common).is_distinctive(), "{common}");
        }
        for (kind, distinctive) in [(Name, "Dana Reed"), (Name, "Bo Li-Wu"), (Name, "李 小龙"), (Plate, "RTL-4821")]
        {
            assert!(identifier(kind, distinctive).is_distinctive(), "{distinctive}");
        }
    }

    #[test]
    fn a_number_is_looked_for_as_people_write_it_at_home() {
        let number = |value| identifier(IdentifierKind::Phone, value).closed_up();
        assert_eq!(number("+14045550123"), "4045550123");
        assert_eq!(number("+4930123456"), "30123456");
    }
}
