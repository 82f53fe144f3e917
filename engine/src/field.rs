//! Normalizes text that people type, paste and dictate into forms, so that the rest of the code sees one spelling.
//!
//! - Letters are composed (Unicode NFC): `é` is one character on every keyboard.
//! - White space of any kind becomes a space, several become one, and the ends of a line have none.
//! - Invisible characters are removed: byte order marks, soft hyphens, direction controls, leftovers of dictation.
//!   Joiners and selectors stay where letters or emoji need them.
//! - A text with nothing visible counts as empty.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

pub use crate::characters::to_ascii;
use crate::characters::{is_blank, is_ignorable, is_right_to_left};

/// Why a field is rejected; shown beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FieldError {
    #[error("Fill in this field")]
    Missing,
    #[error("Use at most {max} characters")]
    TooLong {
        /// The limit in characters, not bytes.
        max: usize,
    },
    #[error("Remove the invisible characters")]
    Invisible,
}

/// A number that isn't one of those that a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Enter a whole number from {least} to {most}.")]
pub struct NotInRange {
    pub least: String,
    pub most: String,
}

/// Normalizes the text to one line of at most `max` characters.
pub fn required(text: &str, max: usize) -> Result<String, FieldError> {
    optional(text, max)?.ok_or(FieldError::Missing)
}

/// Like [`required`], but `None` if nothing is visible.
pub fn optional(text: &str, max: usize) -> Result<Option<String>, FieldError> {
    bounded(single_line(text), max)
}

/// Like [`optional`], for several lines. Every kind of line break becomes `\n`.
pub fn multiline(text: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<String> = text.split('\n').map(single_line).collect();
    bounded(lines.join("\n").trim_matches('\n').to_owned(), max)
}

/// Reads a whole number; the error says which ones the field takes.
pub fn whole_number<N>(text: &str, range: RangeInclusive<N>) -> Result<N, NotInRange>
where
    N: FromStr + PartialOrd + fmt::Display,
{
    let number = to_ascii(text).trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| NotInRange { least: range.start().to_string(), most: range.end().to_string() })
}

/// How to address somebody: the first word of their name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// Isolates a user's right-to-left text inside a sentence of ours (Unicode's FSI … PDI), so that it can't reorder
/// the words, numbers and quotation marks around it. Other text is unchanged.
///
/// All our pages are left-to-right. Use this in every sentence: pages, messages, subjects, stored text.
pub fn isolated(text: &str) -> Isolated<'_> {
    Isolated(text)
}

#[derive(Debug, Clone, Copy)]
pub struct Isolated<'a>(&'a str);

impl fmt::Display for Isolated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0;
        if text.chars().any(is_right_to_left) { write!(f, "\u{2068}{text}\u{2069}") } else { f.write_str(text) }
    }
}

/// Normalizes a password before it is hashed, so that it is the same from every keyboard (RFC 8265, `OpaqueString`): letters
/// are composed, spaces of any kind become spaces. Nothing else changes: neither case, nor spaces at the ends, nor their number.
pub fn password(text: &str) -> String {
    let spaces_as_one = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
    text.chars().map(spaces_as_one).nfc().collect()
}

fn bounded(text: String, max: usize) -> Result<Option<String>, FieldError> {
    if !text.chars().any(|c| !is_blank(c)) {
        Ok(None)
    } else if text.chars().count() > max {
        Err(FieldError::TooLong { max })
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(FieldError::Invisible)
    } else {
        Ok(Some(text))
    }
}

/// More combining marks than any script needs on one letter; more would only cover the lines around it.
const MOST_MARKS: usize = 8;

/// Normalizes the text to one line, as the module describes. Removing a character may let its neighbors compose, or make another
/// character removable, so it repeats until nothing changes.
fn single_line(text: &str) -> String {
    let mut line = tidied(text);
    loop {
        let next = tidied(&line);
        if next == line {
            return line;
        }
        line = next;
    }
}

fn tidied(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.nfc() {
        if is_blank(c) {
            marks = 0;
            line.push(' ');
        } else if !is_ignorable(c) || is_needed(c, line.chars().next_back()) {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            if marks <= MOST_MARKS {
                line.push(c);
            }
        }
    }
    // A joiner at the end of a word joins nothing.
    let words = line.split(' ').map(|word| word.trim_end_matches(JOINERS)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").nfc().collect()
}

/// Zero width non-joiner and joiner.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// Whether an invisible character changes how `before` is shown.
fn is_needed(c: char, before: Option<char>) -> bool {
    let Some(before) = before.filter(|&before| before != ' ' && !JOINERS.contains(&before)) else {
        return false;
    };
    match c {
        // Arabic, Persian, the scripts of India, emoji: no script before them in Unicode joins letters.
        '\u{200C}' | '\u{200D}' => before >= '\u{600}',
        // Variation selectors for Mongolian letters, emoji and Chinese characters; one each.
        '\u{180B}'..='\u{180D}' | '\u{180F}' => ('\u{1800}'..='\u{18AF}').contains(&before) && !is_ignorable(before),
        '\u{FE0E}' | '\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
            !is_ignorable(before) && !before.is_alphabetic() || is_han(before)
        }
        // Flags of regions: a black flag and letters in tags.
        '\u{E0020}'..='\u{E007F}' => before == '\u{1F3F4}' || ('\u{E0020}'..='\u{E007E}').contains(&before),
        _ => false,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> String {
        required(text, 400).unwrap()
    }

    #[test]
    fn white_space_of_any_kind_is_one_space() {
        assert_eq!(line("  Rosa Parks \n"), "Rosa Parks");
        assert_eq!(line("\tRosa\t \u{a0}\u{3000}Parks\u{2003}"), "Rosa Parks");
        assert_eq!(line("gate\r\ncode\u{2028}12"), "gate code 12", "pasted from several lines");
        assert_eq!(optional(" \t ", 40), Ok(None));
    }

    #[test]
    fn letters_are_composed_whichever_keyboard_wrote_them() {
        assert_eq!(line("Zoe\u{308} Mu\u{308}ller"), "Zoë Müller");
        assert_eq!(line("Zoe\u{200b}\u{308}"), "Zoë", "also if something invisible stood between");
        assert_eq!(line("한국"), "한국");
    }

    #[test]
    fn invisible_characters_are_dropped() {
        assert_eq!(line("\u{feff}Field Bom"), "Field Bom");
        assert_eq!(line("Peach\u{ad}tree\u{200b} St\u{2060}reet\u{fffc}"), "Peachtree Street");
        assert_eq!(line("Field \u{202e}ecila\u{202c} \u{2067}x\u{2069}\u{200e}\u{200f}\u{61c}"), "Field ecila x");
        assert_eq!(line("A\u{200d}n\u{200c}n \u{200d}"), "Ann", "Latin letters are not joined");
        assert_eq!(line("Ann\u{fe0f}\u{e0041}"), "Ann");
    }

    #[test]
    fn characters_needed_by_scripts_and_emoji_stay() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f} 1\u{fe0f}⃣",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "葛\u{e0100}飾",
            "שָׁלוֹם",
            "สวัสดี",
            "ᠮᠤᠩᠭ\u{180b}ᠤᠯ",
        ] {
            assert_eq!(line(text), text, "{text}");
        }
    }

    #[test]
    fn a_text_with_nothing_to_see_is_no_text() {
        for text in [
            "\u{200b}\u{200b}",
            "\u{2800}",
            "\u{3164}",
            "\u{ad}",
            "\u{feff} \u{202e}",
            "\u{200d}",
            "\u{fe0f}",
            "\u{e0041}",
        ] {
            assert_eq!(required(text, 40), Err(FieldError::Missing), "{text:?}");
            assert_eq!(multiline(&format!("{text}\n{text}"), 40), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn errors_say_what_to_do() {
        assert_eq!(required("   ", 40).unwrap_err().to_string(), "Fill in this field");
        assert_eq!(required("abcd", 3).unwrap_err().to_string(), "Use at most 3 characters");
        assert_eq!(required("a\u{0}b", 9).unwrap_err().to_string(), "Remove the invisible characters");
    }

    #[test]
    fn length_is_counted_in_characters_that_are_kept() {
        assert!(required("Алматы", 6).is_ok());
        assert!(required("\u{feff}  Zoe\u{308}\u{200b}  ", 3).is_ok());
    }

    #[test]
    fn notes_keep_their_line_breaks() {
        assert_eq!(multiline("\r\ngate\r\ncode\t\r12\u{2029}34\n", 40), Ok(Some("gate\ncode\n12\n34".to_owned())));
        assert_eq!(multiline("one\n\n two", 40), Ok(Some("one\n\ntwo".to_owned())));
    }

    #[test]
    fn marks_stacked_without_end_are_cut() {
        assert_eq!(line(&format!("Z{}oe", "\u{323}\u{335}".repeat(40))).chars().count(), 3 + MOST_MARKS);
    }

    #[test]
    fn only_text_from_right_to_left_is_isolated() {
        assert_eq!(isolated("Zoë O'Brien (2)").to_string(), "Zoë O'Brien (2)");
        assert_eq!(format!("Call {}.", isolated("محمد 5")), "Call \u{2068}محمد 5\u{2069}.");
        assert_eq!(isolated("Dr. שרה").to_string(), "\u{2068}Dr. שרה\u{2069}");
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard_and_loses_nothing() {
        assert_eq!(password("cafe\u{301}\u{a0}noir"), "café noir");
        assert_eq!(password(" Two  spaces\u{200b} "), " Two  spaces\u{200b} ");
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{0,3}",
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                " ",
                "\t",
                "\n",
                "\r\n",
                "\u{a0}",
                "\u{200b}",
                "\u{200c}",
                "\u{200d}",
                "\u{202e}",
                "\u{2069}",
                "\u{feff}",
                "\u{fe0f}",
                "\u{e0100}",
                "\u{e0067}",
                "\u{301}",
                "\u{308}",
                "\u{34f}",
                "\u{2800}",
                "e",
                "م",
                "क",
                "👩",
                "🏴",
                "葛",
                "\u{1100}",
                "\u{1161}",
                "\u{11a8}",
                "\u{180b}",
                "\u{1820}",
                "\u{958}",
                "\u{f73}",
                "\u{f71}",
                "\u{f72}",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(text in any_text(), max in 1usize..60) {
            if let Ok(accepted) = required(&text, max) {
                prop_assert!(accepted.chars().count() <= max && accepted.chars().any(|c| !is_blank(c) && !is_ignorable(c)));
                prop_assert_eq!(required(&accepted, max), Ok(accepted));
            }
            if let Ok(Some(accepted)) = multiline(&text, max) {
                prop_assert_eq!(multiline(&accepted, max), Ok(Some(accepted)));
            }
        }

        #[test]
        fn no_control_of_direction_is_left(text in any_text()) {
            if let Ok(accepted) = required(&text, 400) {
                let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}');
                prop_assert!(!accepted.chars().any(turns), "{:?}", accepted);
            }
        }

        #[test]
        fn composed_or_not_is_the_same(text in any_text()) {
            let apart: String = text.nfd().collect();
            prop_assert_eq!(password(&apart), password(&text));
        }

        #[test]
        fn an_isolated_text_holds_what_was_put_in(text in any_text()) {
            prop_assert!(isolated(&text).to_string().contains(&text));
        }
    }
}
