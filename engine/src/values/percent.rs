//! How percentages are typed and shown, independent of how they are stored.

use std::fmt;

use crate::characters::to_ascii;

/// Reads `70`, `70%`, `8.25 %` or `8,25` as a number of `10^-decimals` percent. Extra zeros at the end are accepted.
pub(super) fn read(text: &str, decimals: usize) -> Option<i32> {
    let text = to_ascii(text);
    let text = text.trim();
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || whole.len() > 3 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals { None } else { format!("{whole}{fraction:0<decimals$}").parse().ok() }
}

/// Writes a number of `10^-decimals` percent with as many decimals as needed: `70%`, `8.9%`, `8.875%`.
pub(super) fn write(f: &mut fmt::Formatter<'_>, value: i32, decimals: usize) -> fmt::Result {
    let digits = format!("{value:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    match fraction.trim_end_matches('0') {
        "" => write!(f, "{whole}%"),
        fraction => write!(f, "{whole}.{fraction}%"),
    }
}
