//! The errors of the engine's values, as sentences for whoever typed them. Their own texts are for logs.

use engine::{
    BasisPointsError, EmailAddressError, FieldError, GeoPointError, MoneyError, PhoneError, ReferenceError, StarsError,
    TaxRateError, UnknownCode, field::NotInRange, quote::RefundTiersError,
};

use crate::words::count;

/// Why a field is rejected, in the reader's language.
pub trait Sentence {
    fn sentence(&self) -> String;
}

impl Sentence for &str {
    fn sentence(&self) -> String {
        (*self).to_owned()
    }
}

impl Sentence for String {
    fn sentence(&self) -> String {
        self.clone()
    }
}

impl Sentence for FieldError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("error-fill-in-this-field").to_owned(),
            Self::TooLong { max } => t!("error-use-at-most-characters", max = max),
            Self::Invisible => t!("error-remove-the-invisible-characters").to_owned(),
        }
    }
}

impl Sentence for NotInRange {
    fn sentence(&self) -> String {
        t!("error-enter-a-whole-number-from-to", least = self.least, most = self.most)
    }
}

impl Sentence for MoneyError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("error-enter-an-amount").to_owned(),
            Self::Malformed => t!("error-enter-an-amount-like").to_owned(),
            Self::TooFine { digits } => t!("error-use-at-most-digits-after-the", digits = count(*digits)),
            Self::Negative => t!("error-enter-an-amount-of-zero-or").to_owned(),
            Self::TooLarge => t!("error-enter-an-amount-of-at-most").to_owned(),
        }
    }
}

impl Sentence for PhoneError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("error-enter-a-phone-number"),
            Self::Malformed => t!("error-enter-a-phone-number-with-its"),
            Self::Extension => t!("error-enter-the-number-without-its-extension"),
        }
        .to_owned()
    }
}

impl Sentence for EmailAddressError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("error-enter-an-e-mail-address"),
            Self::TooLong => t!("error-use-an-e-mail-address-of"),
            Self::Malformed => t!("error-enter-an-e-mail-address-like"),
        }
        .to_owned()
    }
}

impl Sentence for ReferenceError {
    fn sentence(&self) -> String {
        match self {
            Self::Missing => t!("error-enter-a-booking-reference"),
            Self::Malformed => t!("error-enter-a-booking-reference-like"),
        }
        .to_owned()
    }
}

impl Sentence for GeoPointError {
    fn sentence(&self) -> String {
        match self {
            Self::Latitude => t!("error-the-latitude-must-be-from-to"),
            Self::Longitude => t!("error-the-longitude-must-be-from-to"),
            Self::Malformed => t!("error-enter-a-place-like"),
        }
        .to_owned()
    }
}

impl Sentence for BasisPointsError {
    fn sentence(&self) -> String {
        t!("error-enter-a-percentage-with-two-decimals").to_owned()
    }
}

impl Sentence for TaxRateError {
    fn sentence(&self) -> String {
        t!("error-enter-a-percentage-with-three-decimals").to_owned()
    }
}

impl Sentence for StarsError {
    fn sentence(&self) -> String {
        t!("error-choose-one-to-five-stars").to_owned()
    }
}

impl Sentence for RefundTiersError {
    fn sentence(&self) -> String {
        match self {
            Self::SameTime => t!("error-two-rules-are-for-the-same"),
            Self::Rising => t!("error-a-later-cancellation-cant-get-a"),
        }
        .to_owned()
    }
}

#[cfg(feature = "ssr")]
impl Sentence for engine::ZoneError {
    fn sentence(&self) -> String {
        t!("error-this-is-not-a-time-zone").to_owned()
    }
}

/// No form of ours sends a code that isn't one of its choices.
impl Sentence for UnknownCode {
    fn sentence(&self) -> String {
        t!("error-choose-one-from-the-list").to_owned()
    }
}
