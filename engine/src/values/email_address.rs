use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::characters::to_ascii;

/// An e-mail address in lower case: one spelling for one mailbox.
///
/// Accepts what providers issue: the unquoted form of RFC 5322 in ASCII, at a domain name with a dot.
/// It doesn't show that the mailbox exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailAddressError {
    #[error("Enter an e-mail address")]
    Missing,
    /// Longer than the 254 characters a mail server accepts (RFC 5321).
    #[error("Use an e-mail address of at most 254 characters")]
    TooLong,
    /// Not `name@domain`.
    #[error("Enter an e-mail address like name@example.com")]
    Malformed,
}

impl EmailAddress {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = to_ascii(text).trim().to_ascii_lowercase();
        if address.is_empty() {
            return Err(EmailAddressError::Missing);
        }
        if address.chars().count() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        let (name, domain) = address.rsplit_once('@').ok_or(EmailAddressError::Malformed)?;
        if !is_name(name) || !is_domain(domain) {
            return Err(EmailAddressError::Malformed);
        }
        Ok(Self(address))
    }
}

/// Words of RFC 5322 `atext` with single dots between them, at most 64 bytes (RFC 5321).
fn is_name(name: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    name.len() <= 64 && name.split('.').all(|word| !word.is_empty() && word.bytes().all(is_atext))
}

/// At least two labels of letters, digits and inner hyphens, the last one not a number (so no IP address).
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(is_label)
        && top.len() >= 2
        && top.bytes().any(|b| b.is_ascii_alphabetic())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_value!(EmailAddress);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(
            " Rosa.Parks+tow@Example.COM ".parse::<EmailAddress>().unwrap().as_str(),
            "rosa.parks+tow@example.com"
        );
    }

    #[test]
    fn addresses_people_have_are_accepted() {
        for text in [
            "a@b.co",
            "o'neil@mail.example.org",
            "x_y-z@sub-domain.example",
            "info@xn--bcher-kva.example",
            "1@2.museum",
        ] {
            assert!(text.parse::<EmailAddress>().is_ok(), "{text}");
        }
    }

    #[test]
    fn invalid_addresses_are_rejected() {
        for text in [
            "rosa",
            "@example.com",
            "rosa@",
            "rosa@localhost",
            "rosa parks@example.com",
            "rosa@exa mple.com",
            "rosa@@example.com",
            ".rosa@example.com",
            "rosa.@example.com",
            "ro..sa@example.com",
            "rosa@-example.com",
            "rosa@example-.com",
            "rosa@example..com",
            "rosa@example.com.",
            "rosa@127.0.0.1",
            "rosa@example.c",
            "röslein@example.com",
            "rosa@exämple.com",
            "\"rosa\"@example.com",
            "rosa@example.com\nbcc: all@example.com",
            "<rosa@example.com>",
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(EmailAddressError::Malformed), "{text}");
        }
        assert_eq!("".parse::<EmailAddress>(), Err(EmailAddressError::Missing));
    }

    #[test]
    fn lengths_are_bounded() {
        let name = "n".repeat(64);
        assert!(format!("{name}@example.com").parse::<EmailAddress>().is_ok());
        assert!(format!("{name}n@example.com").parse::<EmailAddress>().is_err());
        let domain = format!("{0}.{0}.{0}.com", "d".repeat(60));
        assert_eq!(format!("{name}@{domain}").parse::<EmailAddress>().map(|a| a.as_str().len()), Ok(251));
        let domain = format!("{0}.{0}.{0}.com", "d".repeat(62));
        assert_eq!(format!("{name}@{domain}").parse::<EmailAddress>(), Err(EmailAddressError::TooLong));
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(text in "[a-zA-Z0-9.+_-]{1,12}@[a-zA-Z0-9-]{1,12}\\.[a-zA-Z.]{1,8}") {
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert_eq!(address.to_string(), text.to_lowercase());
                prop_assert_eq!(address.as_str().parse::<EmailAddress>().unwrap(), address.clone());
                let json = serde_json::to_string(&address).unwrap();
                prop_assert_eq!(serde_json::from_str::<EmailAddress>(&json).unwrap(), address);
            }
        }

        #[test]
        fn no_accepted_address_can_break_a_mail_header(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
