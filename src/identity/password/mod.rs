//! Passwords: which ones are accepted, and how they are hashed.
//!
//! The rules are NIST SP 800-63B's: a minimum length, no rules about kinds of characters, no common breached password, and none made of the person's
//! name.

pub mod breached;
mod hashing;

pub use hashing::Passwords;

use breached::SHORTEST;
use engine::field;

/// Maximum length: enough for any sentence, and short enough to hash.
pub const LONGEST: usize = 200;

/// Checks the password; the error says what to do. `known` is public data of the account: e-mail, name, brand.
pub fn check(password: &str, known: &[&str]) -> Result<(), &'static str> {
    let password = &field::password(password);
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(t!("identity-use-at-least-10-characters-a"));
    }
    if length > LONGEST {
        return Err(t!("identity-use-at-most-200-characters"));
    }
    if breached::contains(password) {
        return Err(t!("identity-this-password-is-in-lists-of"));
    }
    if consists_of_known_data(password, known) {
        return Err(t!("identity-your-name-your-e-mail-or"));
    }
    Ok(())
}

/// Whether the password has only digits and punctuation apart from the known data: whole names and addresses, or those of their words that
/// are long enough to be significant.
fn consists_of_known_data(password: &str, known: &[&str]) -> bool {
    let letters = |text: &str| text.to_lowercase().chars().filter(|character| character.is_alphabetic()).collect();
    let mut rest: String = letters(password);
    let had = rest.len();
    let words = known.iter().flat_map(|text| text.split(|character: char| !character.is_alphanumeric()));
    let words = words.filter(|word| word.chars().count() > 2);
    let mut known: Vec<String> =
        known.iter().copied().chain(words).map(letters).filter(|part| !part.is_empty()).collect();
    known.sort_by_key(|part| std::cmp::Reverse(part.len()));
    for part in known {
        rest = rest.replace(&part, "");
    }
    rest.is_empty() && had > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_kinds_of_characters_do_not() {
        assert!(check("short", &[]).is_err());
        assert!(check(&"long ".repeat(41), &[]).is_err());
        assert_eq!(check("correct horse battery", &[]), Ok(()));
        assert_eq!(check("пароль длинный", &[]), Ok(()), "letters of any script");
    }

    #[test]
    fn common_passwords_are_rejected_in_any_case() {
        for password in ["1234567890", "qwertyuiop", "Christopher", "IloveYou1234", "PASSWORD123"] {
            assert!(check(password, &[]).unwrap_err().contains("stolen"), "{password}");
        }
    }

    #[test]
    fn a_password_must_not_consist_of_the_users_data() {
        let known = ["ann.lindqvist@example.com", "Ann Lindqvist", "RoadSide ATL"];
        for password in ["Lindqvist-2026!", "roadside.atl.1", "ann.lindqvist@example.com", "AnnLindqvist"] {
            assert!(check(password, &known).unwrap_err().contains("first thing"), "{password}");
        }
        assert_eq!(check("lindqvist likes trams", &known), Ok(()));
        for name in ["Li Na Chen", "Zoë O'Brien-Łukasz"] {
            assert!(check(&format!("{name} 1!"), &[name]).is_err(), "{name}: short words too");
        }
    }
}
