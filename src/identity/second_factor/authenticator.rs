//! The secret shared with an authenticator app, and its codes (TOTP, RFC 6238).

use chrono::{DateTime, Utc};
use fast_qr::{QRBuilder, convert::svg::SvgBuilder};
use totp_rs::{Builder, Totp};

use crate::error::{AppError, OrInternal};

/// The encryption purpose of a seed.
pub const SEED_SEALED_FOR: &str = "second-factor-seed";

/// Bytes of a seed, as RFC 4226 recommends.
const SEED_LENGTH: usize = 20;

/// Codes have six digits and change every 30 seconds.
pub struct Authenticator(Totp);

impl Authenticator {
    /// A new seed.
    pub fn random_seed() -> [u8; SEED_LENGTH] {
        rand::random()
    }

    /// The codes of a seed. The app lists them under brand and account.
    pub fn new(seed: &[u8], brand: &str, account: &str) -> Result<Self, AppError> {
        let without_colon = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(seed)
            .with_issuer(Some(without_colon(brand)))
            .with_account_name(without_colon(account))
            .build()
            .map(Self)
            .or_internal()
    }

    /// The 30-second step (counted from 1970) of the code, if it is the current one, the one before or the one after: clocks differ.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let step = self.0.check(code, now.timestamp().unsigned_abs())?;
        i64::try_from(step).ok()
    }

    /// The seed, to be typed.
    pub fn typed_seed(&self) -> String {
        let letters: Vec<char> = self.0.secret().to_base32().chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The URL for authenticator apps (`otpauth://…`).
    pub fn address(&self) -> Result<String, AppError> {
        self.0.to_url().or_internal()
    }

    /// That URL as a QR code in SVG.
    pub fn image(&self) -> Result<String, AppError> {
        let image = QRBuilder::new(self.address()?).build().or_internal()?;
        Ok(SvgBuilder::default().to_str(&image))
    }

    /// The code at a time.
    #[cfg(test)]
    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.0.generate(at.timestamp().unsigned_abs()).to_string()
    }
}
