use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::characters::to_ascii;

/// A phone number in international form (ITU-T E.164): `+14045550123`.
///
/// Any number that could exist is accepted, including fictional ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneError {
    #[error("Enter a phone number")]
    Missing,
    /// Not a number that can be dialed, or not valid in its country.
    #[error("Enter a phone number with its area code, like (404) 555-0123 or +49 30 123456")]
    Malformed,
    /// A number with an extension, which only a company's switchboard can dial.
    #[error("Enter the number without its extension, and write the extension into the notes")]
    Extension,
}

/// The length with country code (E.164 allows up to 15; a number under 7 reaches nobody).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Phone {
    /// `+` and digits only, for storing, `tel:` links and sending.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> &str {
        &self.0[1..]
    }
}

/// Reads an international number; ignores white space and the usual punctuation. `Phone::parse` also reads
/// numbers without country code.
impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = to_ascii(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneError::Missing);
        }
        let number = text.strip_prefix('+').ok_or(PhoneError::Malformed)?;
        let digits: String =
            number.chars().filter(|c| !(c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/'))).collect();
        // No country code starts with 0.
        if !DIGITS.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
            return Err(PhoneError::Malformed);
        }
        Ok(Self(format!("+{digits}")))
    }
}

/// Readable and unambiguous everywhere: `+1 404-555-0123`, `+7 727 250-12-34`, `+49 301 234 56`.
/// The same on the server and in the browser, which doesn't know the formats of each country.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (country, national) = self.digits().split_at(country_code_length(self.digits()));
        match (country, national.len()) {
            ("1", 10) => write!(f, "+1 {}-{}-{}", &national[..3], &national[3..6], &national[6..]),
            ("7", 10) => write!(f, "+7 {} {}-{}-{}", &national[..3], &national[3..6], &national[6..8], &national[8..]),
            _ => {
                write!(f, "+{country}")?;
                let mut rest = national;
                while rest.len() > 4 {
                    let (group, remaining) = rest.split_at(3);
                    write!(f, " {group}")?;
                    rest = remaining;
                }
                write!(f, " {rest}")
            }
        }
    }
}

/// How many digits the country code has. No code is the beginning of another: those of zones 1 and 7 have
/// one digit, the listed ones two, all others three (ITU-T E.164, list of assigned country codes).
fn country_code_length(digits: &str) -> usize {
    const OF_TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    if digits.starts_with(['1', '7']) {
        1
    } else if OF_TWO_DIGITS.contains(&&digits[..2]) {
        2
    } else {
        3
    }
}

#[cfg(feature = "ssr")]
mod national {
    //! Parsing with the numbering plans of all countries (libphonenumber's metadata), which are too large for the browser.

    use phonenumber::metadata::{DATABASE, Descriptor};
    use phonenumber::{Mode, PhoneNumber, Type, country};

    use super::{DIGITS, Phone, PhoneError};
    use crate::characters::to_ascii;

    impl Phone {
        /// Reads a number as people type it. Without country code it belongs to `default_region` (ISO 3166:
        /// `US`, `DE`, `KZ`); if the region is unknown, only international numbers are accepted.
        ///
        /// - Digits of any script; `00` or `+` starts an international number, which may contain `(0)`.
        /// - Words around it are ignored: `Tel.:`, `(cell)`.
        /// - An extension is an error of its own.
        pub fn parse(text: &str, default_region: &str) -> Result<Self, PhoneError> {
            let text = to_ascii(text);
            if text.trim().is_empty() {
                return Err(PhoneError::Missing);
            }
            let (number, behind) = split_words(&text);
            let phone = Self::parse_bare(&number, default_region)?;
            match behind.chars().filter(char::is_ascii_digit).count() {
                0 => Ok(phone),
                digits if digits < *DIGITS.start() => Err(PhoneError::Extension),
                _ => Err(PhoneError::Malformed),
            }
        }

        fn parse_bare(number: &str, default_region: &str) -> Result<Self, PhoneError> {
            let region: Option<country::Id> = default_region.parse().ok();
            let number = phonenumber::parse(region, international(number)).map_err(|_| PhoneError::Malformed)?;
            if !is_possible(&number) {
                return Err(PhoneError::Malformed);
            }
            if number.extension().is_some() {
                return Err(PhoneError::Extension);
            }
            number.format().mode(Mode::E164).to_string().parse()
        }

        /// In the format of its country: `(404) 555-0123`, `030 123456`.
        pub fn national(&self) -> String {
            phonenumber::parse(None, self.as_str())
                .map_or_else(|_| self.to_string(), |number| number.format().mode(Mode::National).to_string())
        }
    }

    /// Splits off the word before the number, and what follows it: a word, or an extension.
    fn split_words(text: &str) -> (String, &str) {
        let is_dialled = |c: char| c.is_ascii_digit() || c == '+';
        let label = text.find(is_dialled).filter(|&at| text[..at].chars().any(char::is_alphabetic));
        // A parenthesis before the first digit belongs to the number: (404).
        let text = label.map_or(text, |at| text[at..].trim_start());
        let end = text.find(|c: char| c.is_alphabetic() || matches!(c, '#' | '*' | ',' | ';')).unwrap_or(text.len());
        let number = text[..end].trim_end_matches(|c: char| !c.is_ascii_digit() && c != ')');
        (number.trim().to_owned(), &text[end..])
    }

    /// Turns the prefix `00` into `+`, and drops the domestic zero except in Italy and San Marino, which keep it.
    fn international(number: &str) -> String {
        let number =
            number.strip_prefix("00").map_or_else(|| number.to_owned(), |rest| format!("+{}", rest.trim_start()));
        if !number.starts_with('+') {
            return number;
        }
        let keeps_zero = ["+39", "+378"].iter().any(|code| number.starts_with(code));
        number.replace("(0)", if keeps_zero { "0" } else { " " })
    }

    /// Whether numbers of its country can have this length. Checking whether it is *assigned* would
    /// reject new area codes and numbers reserved for fiction.
    fn is_possible(number: &PhoneNumber) -> bool {
        const KINDS: [Type; 5] = [Type::FixedLine, Type::Mobile, Type::Voip, Type::PersonalNumber, Type::TollFree];
        let length = number.national().to_string().len();
        let regions = DATABASE.by_code(&number.country().code()).unwrap_or_default();
        regions
            .iter()
            .flat_map(|region| KINDS.into_iter().filter_map(|kind| region.descriptors().get(kind)))
            .flat_map(Descriptor::possible_length)
            .any(|&possible| usize::from(possible) == length)
    }
}

text_value!(Phone);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_international_number_is_read_with_its_punctuation() {
        let phone: Phone = "+1 (404) 555-0123".parse().unwrap();
        assert_eq!(phone.as_str(), "+14045550123");
        for text in ["404-555-0123", "+0404", "+1404555012345678", "+1 404 CALL NOW", "+123456"] {
            assert_eq!(text.parse::<Phone>(), Err(PhoneError::Malformed), "{text}");
        }
        assert_eq!("  ".parse::<Phone>(), Err(PhoneError::Missing));
    }

    #[test]
    fn a_number_is_shown_readably() {
        let shown = ["+14045550123", "+77272501234", "+4930123456", "+442079460958", "+35312345678"]
            .map(|number| number.parse::<Phone>().unwrap().to_string());
        assert_eq!(
            shown,
            ["+1 404-555-0123", "+7 727 250-12-34", "+49 301 234 56", "+44 207 946 0958", "+353 123 456 78"]
        );
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<Phone>("\"555-0123\"").is_err());
        assert_eq!(serde_json::from_str::<Phone>("\"+14045550123\"").unwrap().as_str(), "+14045550123");
    }

    proptest! {
        #[test]
        fn shown_values_can_be_typed(digits in "[1-9][0-9]{6,14}") {
            let phone: Phone = format!("+{digits}").parse().unwrap();
            prop_assert_eq!(phone.to_string().parse::<Phone>().unwrap(), phone);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,24}") {
            let _ = text.parse::<Phone>();
        }
    }

    #[cfg(feature = "ssr")]
    mod typed_by_people {
        use super::*;

        #[test]
        fn a_number_of_the_region_needs_no_country_code() {
            for text in [
                "4045550123",
                "(404) 555-0123",
                "404.555.0123",
                "1-404-555-0123",
                "+1 404 555 0123",
                "001 404 555 0123",
            ] {
                assert_eq!(Phone::parse(text, "US").unwrap().as_str(), "+14045550123", "{text}");
            }
            assert_eq!(Phone::parse("030 123456", "DE").unwrap().as_str(), "+4930123456");
            assert_eq!(Phone::parse("8 727 250 12 34", "KZ").unwrap().as_str(), "+77272501234");
            assert_eq!(Phone::parse("8 (701) 234-56-78", "KZ").unwrap().as_str(), "+77012345678");
        }

        #[test]
        fn a_number_is_read_with_what_people_write_around_it() {
            let numbers = [
                ("404-555-0161 (cell)", "+14045550161"),
                ("Tel.: (404) 555-0161", "+14045550161"),
                ("404-555-0161 mobile", "+14045550161"),
                ("tel:+1-404-555-0161", "+14045550161"),
                ("\u{202a}+1 (404) 555\u{2011}0161\u{202c}", "+14045550161"),
                ("(٤٠٤) ٥٥٥-٠١٦١", "+14045550161"),
                ("４０４－５５５－０１６１", "+14045550161"),
                ("+44 (0)20 7946 0958", "+442079460958"),
                ("+44(0) 20 7946 0958", "+442079460958"),
                ("0049 30 123456", "+4930123456"),
                ("0049 (0)30 123456", "+4930123456"),
                ("+49 (0) 30 / 12 34 56", "+4930123456"),
                ("+39 (0)6 6982 1234", "+390669821234"),
                ("011 44 20 7946 0958", "+442079460958"),
            ];
            for (text, number) in numbers {
                assert_eq!(Phone::parse(text, "US").as_ref().map(Phone::as_str), Ok(number), "{text}");
            }
        }

        #[test]
        fn an_extension_is_asked_for_in_the_notes() {
            for text in [
                "404-555-0161 ext. 5",
                "404-555-0161 x5",
                "404 555 0161 extension 512",
                "(404) 555-0161 #12",
                "+14045550161,,12",
            ] {
                assert_eq!(Phone::parse(text, "US"), Err(PhoneError::Extension), "{text}");
            }
            assert!(PhoneError::Extension.to_string().contains("into the notes"));
            assert_eq!(Phone::parse("404-555-0161 or 404-555-0162", "US"), Err(PhoneError::Malformed));
        }

        #[test]
        fn all_country_codes_are_distinguished() {
            for region in phonenumber::metadata::DATABASE.iter() {
                let code = region.country_code().to_string();
                assert_eq!(country_code_length(&format!("{code}5550123")), code.len(), "{}", region.id());
            }
        }

        #[test]
        fn fictional_numbers_are_accepted() {
            for line in 100..200 {
                let text = format!("404-555-0{line}");
                assert!(Phone::parse(&text, "US").is_ok(), "{text}");
            }
        }

        #[test]
        fn numbers_that_cannot_be_dialed_are_rejected() {
            for text in [
                "555-0123",
                "12",
                "911",
                "404-555-01234",
                "+999 1234567",
                "call me",
                "1-800-GO-TOWS",
                "+1",
                "()",
                "ext. 5",
            ] {
                assert_eq!(Phone::parse(text, "US"), Err(PhoneError::Malformed), "{text}");
            }
            assert_eq!(Phone::parse(" ", "US"), Err(PhoneError::Missing));
            assert_eq!(Phone::parse("4045550123", "Atlantis"), Err(PhoneError::Malformed));
        }

        #[test]
        fn a_number_is_shown_as_its_country_writes_it() {
            assert_eq!(Phone::parse("4045550123", "US").unwrap().national(), "(404) 555-0123");
            assert_eq!(Phone::parse("030 123456", "DE").unwrap().national(), "030 123456");
        }

        proptest! {
            #[test]
            fn what_was_accepted_is_accepted_again(text in "[+]?[0-9 ()/.-]{0,18}", region in prop::sample::select(vec!["US", "DE", "KZ", ""])) {
                if let Ok(phone) = Phone::parse(&text, region) {
                    prop_assert_eq!(phone.as_str().parse::<Phone>().unwrap(), phone.clone());
                    prop_assert!(!phone.national().is_empty());
                }
            }

            #[test]
            fn no_text_breaks_the_reader(text in "\\PC{0,24}") {
                let _ = Phone::parse(&text, "US");
            }
        }
    }
}
