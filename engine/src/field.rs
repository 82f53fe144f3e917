//! Checks for text that people type into forms.

use thiserror::Error;

/// Why a field can't be taken as it was typed; shown beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FieldError {
    /// Nothing was typed.
    #[error("Fill in this field")]
    Missing,
    /// More than the field holds.
    #[error("Use at most {max} characters")]
    TooLong {
        /// The most characters (not bytes) the field holds.
        max: usize,
    },
    /// It is not what the field asks for; the sentence says what to do.
    #[error("{0}")]
    Malformed(&'static str),
}

/// The text without surrounding white space; one line of at most `max` characters.
pub fn required(text: &str, max: usize) -> Result<String, FieldError> {
    optional(text, max)?.ok_or(FieldError::Missing)
}

/// What somebody is called to their face: the first word of their name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// Like [`required`], but an empty field is `None`.
pub fn optional(text: &str, max: usize) -> Result<Option<String>, FieldError> {
    bounded(text, max, |c| !c.is_control())
}

/// Like [`optional`], for text of several lines: line breaks and tabs may stay.
/// Line breaks become `\n`, whatever the browser sent.
pub fn multiline(text: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    bounded(&text, max, |c| !c.is_control() || matches!(c, '\n' | '\t'))
}

fn bounded(text: &str, max: usize, is_allowed: fn(char) -> bool) -> Result<Option<String>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        Ok(None)
    } else if text.chars().count() > max {
        Err(FieldError::TooLong { max })
    } else if !text.chars().all(is_allowed) {
        Err(FieldError::Malformed("Remove the invisible characters"))
    } else {
        Ok(Some(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_around_a_field_is_dropped() {
        assert_eq!(required("  Rosa Parks \n", 40), Ok("Rosa Parks".to_owned()));
        assert_eq!(optional(" \t ", 40), Ok(None));
    }

    #[test]
    fn errors_say_what_to_do() {
        assert_eq!(required("   ", 40).unwrap_err().to_string(), "Fill in this field");
        assert_eq!(required("abcd", 3).unwrap_err().to_string(), "Use at most 3 characters");
        assert_eq!(required("a\u{0}b", 9).unwrap_err().to_string(), "Remove the invisible characters");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(required("Алматы", 6).is_ok());
    }

    #[test]
    fn notes_keep_their_line_breaks() {
        assert_eq!(multiline("gate\r\ncode\r1234", 40), Ok(Some("gate\ncode\n1234".to_owned())));
        assert!(required("gate\ncode", 40).is_err());
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(text in "\\PC{0,60}", max in 1usize..60) {
            if let Ok(accepted) = required(&text, max) {
                prop_assert_eq!(required(&accepted, max), Ok(accepted));
            }
        }
    }
}
