//! sRGB colors and their contrast, as WCAG 2 defines it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The least contrast of text on its background (WCAG 2.2, 1.4.3).
pub const TEXT_CONTRAST: f64 = 4.5;

/// The least contrast of frames of controls and other shapes (WCAG 2.2, 1.4.11).
pub const SHAPE_CONTRAST: f64 = 3.0;

/// The least contrast of decoration. There is no standard for it; an amber star on white has 2.1.
pub const ACCENT_CONTRAST: f64 = 1.6;

/// An opaque sRGB color, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    pub const BLACK: Self = Self(0, 0, 0);
    pub const WHITE: Self = Self(255, 255, 255);

    /// The background of the dark theme, as in `tokens.css`.
    pub const DARK: Self = Self(0x14, 0x17, 0x1d);

    /// The contrast ratio of two colors: 1 (none) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever is easier to read on this color. One of them always reaches [`TEXT_CONTRAST`].
    #[must_use]
    pub fn readable_ink(self) -> Self {
        if self.contrast(Self::WHITE) >= TEXT_CONTRAST { Self::WHITE } else { Self::BLACK }
    }

    /// Relative luminance: 0 for black, 1 for white.
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The three channels in linear light, 0 to 1.
    pub fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The text isn't a color of the form `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a color is written as # and six hexadecimal digits, like #1d4ed8")]
pub struct InvalidColor;

impl FromStr for Rgb {
    type Err = InvalidColor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or(InvalidColor)?;
        let channel = |range| u8::from_str_radix(&digits[range], 16).map_err(|_| InvalidColor);
        Ok(Self(channel(0..2)?, channel(2..4)?, channel(4..6)?))
    }
}

impl TryFrom<String> for Rgb {
    type Error = InvalidColor;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Rgb> for String {
    fn from(color: Rgb) -> Self {
        color.to_string()
    }
}
