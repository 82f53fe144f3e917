//! What identifies a person, and how it is found in what others wrote.

use engine::Phone;
use serde::{Deserialize, Serialize};

use super::map;

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
    /// What it is.
    pub kind: IdentifierKind,
    /// Itself, as it was written.
    pub value: String,
}

impl Identifier {
    /// Whether finding it means finding the person: a first name alone doesn't, nor does a plate of three letters.
    pub fn is_telling(&self) -> bool {
        match self.kind {
            IdentifierKind::Name => self.tokens().len() >= 2,
            IdentifierKind::Email => true,
            IdentifierKind::Phone => self.closed_up().len() >= 7,
            IdentifierKind::Plate => self.closed_up().len() >= 5,
        }
    }

    /// A number or plate without gaps. Of a number, the digits people write whatever country they call from: without country code and leading zero.
    fn closed_up(&self) -> String {
        if self.kind == IdentifierKind::Plate {
            return self.tokens().concat().to_lowercase();
        }
        let national = self.value.parse::<Phone>().map_or_else(|_| self.value.clone(), |phone| phone.national());
        let digits: String = national.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').to_owned()
    }

    fn tokens(&self) -> Vec<String> {
        let words = self.value.split(|character: char| !character.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// A regular expression of Postgres that finds it. Made of letters, digits and gaps only, so nothing needs escaping; a gap is never a quotation mark, so
    /// that a match stays within one text.
    fn pattern(&self) -> String {
        match self.kind {
            IdentifierKind::Phone => {
                let digits: Vec<String> = self.closed_up().chars().map(String::from).collect();
                format!("(\\+[0-9]{{1,3}}[ ().-]{{0,2}})?[(]?{}", digits.join("[ ().\u{a0}/-]{0,2}"))
            }
            IdentifierKind::Plate => {
                let characters: Vec<String> = self.closed_up().chars().map(String::from).collect();
                characters.join("[ -]?")
            }
            _ => format!("\\m{}\\M", self.tokens().join("[^[:alnum:]\"]+")),
        }
    }

    /// What stands in its place afterwards: something of the same kind, so that columns of that kind stay readable.
    const fn replacement(&self) -> &'static str {
        match self.kind {
            IdentifierKind::Name => map::NOBODY,
            IdentifierKind::Email => "erased@erased.invalid",
            IdentifierKind::Phone => map::NO_PHONE,
            IdentifierKind::Plate => "ERASED",
        }
    }
}

/// Identifiers as the database's functions take them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needles {
    /// Compared word by word.
    pub words: Vec<String>,
    /// Compared without gaps.
    pub closed_up: Vec<String>,
    /// Regular expressions that find the same.
    pub patterns: Vec<String>,
    /// What each is replaced by.
    pub replacements: Vec<String>,
}

impl Needles {
    /// For these identifiers.
    pub fn of(identifiers: &[Identifier]) -> Self {
        let mut needles = Self::default();
        // An address before the name it may contain.
        let mut ordered: Vec<&Identifier> = identifiers.iter().collect();
        ordered.sort_by_key(|identifier| identifier.kind != IdentifierKind::Email);
        for identifier in ordered {
            match identifier.kind {
                IdentifierKind::Phone | IdentifierKind::Plate => needles.closed_up.push(identifier.closed_up()),
                _ => needles.words.push(identifier.value.clone()),
            }
            needles.patterns.push(identifier.pattern());
            needles.replacements.push(identifier.replacement().to_owned());
        }
        needles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(kind: IdentifierKind, value: &str) -> Identifier {
        Identifier { kind, value: value.into() }
    }

    #[test]
    fn what_many_people_share_tells_nobody_apart() {
        assert!(!identifier(IdentifierKind::Name, "Dana").is_telling());
        assert!(identifier(IdentifierKind::Name, "Dana Reed").is_telling());
        assert!(!identifier(IdentifierKind::Plate, "A-12").is_telling());
    }

    #[test]
    fn a_number_is_looked_for_as_people_write_it_at_home() {
        let number = |value| identifier(IdentifierKind::Phone, value).closed_up();
        assert_eq!(number("+14045550123"), "4045550123");
        assert_eq!(number("+4930123456"), "30123456");
    }
}
