use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Amount, Currency};
use crate::characters::to_ascii;

/// An amount with its currency. A [`Locale`](crate::Locale) writes it for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In minor units.
    pub amount: Amount,
    pub currency: Currency,
}

/// Why a text is rejected as an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    #[error("Enter an amount")]
    Missing,
    /// Not a number, or its thousands are grouped incorrectly.
    #[error("Enter an amount like 125 or 125.50")]
    Malformed,
    /// More decimals than the currency has.
    #[error("Use at most {digits} digits after the decimal point")]
    TooFine { digits: u32 },
    /// Amounts are typed without a sign: the field says whether money is paid or received.
    #[error("Enter an amount of zero or more")]
    Negative,
    /// Above [`Money::LIMIT_MAJOR`].
    #[error("Enter an amount of at most 10,000,000")]
    TooLarge,
}

impl Money {
    /// The largest amount that can be typed, in major units; more is a typing error.
    pub const LIMIT_MAJOR: i64 = 10_000_000;

    pub const fn new(amount: Amount, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Reads an amount as people type it: `125`, `125.5`, `$1,250.00`, `1.250,00 €`, `1 250 ₸`, `12,50`, with digits of any script.
    ///
    /// - Thousands may be grouped in threes by points, commas, spaces or apostrophes.
    /// - If a number has points and commas, the last one is the decimal sign. A single one is the decimal sign, unless
    ///   three digits follow it: nobody writes tenths of a cent, so `1.250` and `1,250` are thousands.
    /// - The currency's sign or code may be at either end.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = to_ascii(text);
        let number = bare_number(&text, currency);
        if number.is_empty() {
            return Err(MoneyError::Missing);
        }
        if number.starts_with('-') {
            return Err(MoneyError::Negative);
        }
        let (whole, fraction) = split_decimals(number);
        let whole = ungrouped(whole).ok_or(MoneyError::Malformed)?;
        let digits = currency.digits() as usize;
        let fraction = match fraction {
            Some(fraction) if !is_digits(fraction) => return Err(MoneyError::Malformed),
            // `¥1,250.00`: yen have no decimals, so only zeros are accepted.
            Some(fraction) if digits == 0 && fraction.len() <= 2 => fraction.trim_end_matches('0'),
            Some(fraction) => fraction,
            None => "",
        };
        if fraction.len() > digits {
            return Err(MoneyError::TooFine { digits: currency.digits() });
        }
        let minor: i64 = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| MoneyError::TooLarge)?;
        if minor > Self::LIMIT_MAJOR * currency.minor_per_major() {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self::new(Amount(minor), currency))
    }

    /// The number without currency or grouping, for machines: `125.50`.
    pub fn to_plain_string(self) -> String {
        let sign = if self.amount.is_negative() { "-" } else { "" };
        let (major, minor) = self.units();
        match self.currency.digits() as usize {
            0 => format!("{sign}{major}"),
            digits => format!("{sign}{major}.{minor:0digits$}"),
        }
    }

    /// Major and minor units of the absolute amount.
    pub(crate) const fn units(self) -> (u64, u64) {
        let (minor, per_major) = (self.amount.minor().unsigned_abs(), self.currency.minor_per_major().unsigned_abs());
        (minor / per_major, minor % per_major)
    }
}

/// Removes white space, the currency's sign or code at either end, and the dash for "no cents" (`125,-`).
fn bare_number(text: &str, currency: Currency) -> &str {
    let mut number = text.trim();
    let names = currency.names();
    if let Some(rest) = names.iter().find_map(|name| strip_prefix(number, name)) {
        number = rest.trim_start();
    }
    if let Some(rest) = names.iter().find_map(|name| strip_suffix(number, name)) {
        number = rest.trim_end();
    }
    number.strip_suffix(",-").or_else(|| number.strip_suffix(".-")).unwrap_or(number)
}

/// Like `str::strip_prefix`, ignoring ASCII case.
fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Like `str::strip_suffix`, ignoring ASCII case.
fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}

/// Splits at the decimal sign.
fn split_decimals(number: &str) -> (&str, Option<&str>) {
    let Some(at) = number.rfind(['.', ',']) else {
        return (number, None);
    };
    let (whole, fraction) = (&number[..at], &number[at + 1..]);
    let is_grouping = whole.contains(&number[at..=at]) || (fraction.len() == 3 && could_be_thousands(whole));
    if is_grouping { (number, None) } else { (whole, Some(fraction)) }
}

/// Whether the digits before a separator can be the first group of thousands.
fn could_be_thousands(first: &str) -> bool {
    is_digits(first) && first.len() <= 3 && !first.starts_with('0')
}

/// The digits of a whole number. One kind of separator may group them by three.
fn ungrouped(whole: &str) -> Option<String> {
    let whole = whole.replace(['’', '‘', 'ʼ', '´', '`'], "'");
    let Some(separator) = whole.chars().find(|c| matches!(c, '.' | ',' | ' ' | '\'')) else {
        return is_digits(&whole).then_some(whole);
    };
    let mut groups = whole.split(separator);
    let mut digits = groups.next().filter(|first| could_be_thousands(first))?.to_owned();
    for group in groups {
        if !is_digits(group) || group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Locale;

    fn read(text: &str, currency: Currency) -> Result<i64, MoneyError> {
        Money::parse(text, currency).map(|money| money.amount.minor())
    }

    fn any_currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::ALL)
    }

    /// The separators for thousands and decimals that countries use.
    fn any_style() -> impl Strategy<Value = (&'static str, char)> {
        prop::sample::select(vec![
            (",", '.'),
            (".", ','),
            (" ", ','),
            ("\u{a0}", ','),
            ("\u{202f}", ','),
            ("'", '.'),
            ("’", '.'),
            ("", '.'),
            ("", ','),
        ])
    }

    fn styled(money: Money, (thousands, decimal): (&str, char)) -> String {
        let plain = money.to_plain_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let whole = Locale::EnUs.number(whole.parse().unwrap()).replace(',', thousands);
        if fraction.is_empty() { whole } else { format!("{whole}{decimal}{fraction}") }
    }

    #[test]
    fn money_is_read_as_people_type_it() {
        for text in [
            "125.50",
            " 125.5 ",
            "$125.50",
            "125,50",
            "USD 125.5",
            "125.50 USD",
            "125,50 usd",
            "US$125.50",
            "$125.50 USD",
            "0125.50",
            "１２５．５０",
            "١٢٥٫٥٠",
        ] {
            assert_eq!(read(text, Currency::Usd), Ok(12_550), "{text}");
        }
        for text in [
            "1250",
            "1,250",
            "1.250",
            "1,250.00",
            "1.250,00",
            "1 250",
            "1\u{a0}250",
            "1\u{202f}250,00",
            "1'250,0",
            "1’250.00",
            "1250 €",
            "€1.250",
            "1.250,00\u{a0}€",
            "1250 EUR",
            "eur 1250",
            "1250,-",
            "1.250,– €",
            "۱۲۵۰",
        ] {
            assert_eq!(read(text, Currency::Eur), Ok(125_000), "{text}");
        }
        assert_eq!(read("1.250.000", Currency::Eur), Ok(125_000_000));
        assert_eq!(read("1.000", Currency::Usd), Ok(100_000));
        assert_eq!(read("1 250 ₸", Currency::Kzt), Ok(125_000));
        for text in ["¥1,250", "1.250", "1 250 円", "￥１，２５０", "¥1,250.00", "1250 JPY"] {
            assert_eq!(read(text, Currency::Jpy), Ok(1_250), "{text}");
        }
        assert_eq!(read("1'250.– Fr.", Currency::Chf), Ok(125_000));
        assert_eq!(read("$12.50", Currency::Cad), Ok(1_250));
        assert_eq!(read("0", Currency::Usd), Ok(0));
    }

    #[test]
    fn invalid_amounts_are_rejected_with_a_reason() {
        let reason = |text| read(text, Currency::Usd).unwrap_err().to_string();
        assert_eq!(reason("  "), "Enter an amount");
        assert_eq!(reason("$"), "Enter an amount");
        assert_eq!(reason("abc"), "Enter an amount like 125 or 125.50");
        for text in ["0.125", "0125.500", "1,250.000", "1 250.500", "12.5000"] {
            assert_eq!(reason(text), "Use at most 2 digits after the decimal point", "{text}");
        }
        assert_eq!(reason("-5"), "Enter an amount of zero or more");
        assert_eq!(reason("10000000.01"), "Enter an amount of at most 10,000,000");
        assert_eq!(reason("99999999999999999999999"), "Enter an amount of at most 10,000,000");
        for text in [
            "1e5",
            "12,34,567",
            "1,25.0",
            "1 25",
            ".",
            "5.",
            ".5",
            "1.2.3",
            "€5",
            "1, 250",
            "+5",
            "1,250,00",
            "1.250.00",
            "0,125,000",
            "1.25,00",
            "$ $5",
            "12 USD 5",
        ] {
            assert_eq!(read(text, Currency::Usd), Err(MoneyError::Malformed), "{text}");
        }
        assert_eq!(read("5.5", Currency::Jpy), Err(MoneyError::TooFine { digits: 0 }));
    }

    #[test]
    fn the_limit_itself_is_accepted() {
        assert_eq!(read("10,000,000", Currency::Usd), Ok(1_000_000_000));
        assert_eq!(read("10,000,000", Currency::Jpy), Ok(10_000_000));
    }

    proptest! {
        #[test]
        fn plain_values_can_be_typed(minor in 0i64..=1_000_000_000, currency in any_currency()) {
            let minor = minor.min(Money::LIMIT_MAJOR * currency.minor_per_major());
            let money = Money::new(Amount(minor), currency);
            prop_assert_eq!(Money::parse(&money.to_plain_string(), currency), Ok(money));
        }

        #[test]
        fn an_amount_is_the_same_in_the_style_of_every_country(
            minor in 0i64..=1_000_000_000, currency in any_currency(), style in any_style(), affix in 0..5, arabic in any::<bool>(),
        ) {
            let minor = minor.min(Money::LIMIT_MAJOR * currency.minor_per_major());
            let money = Money::new(Amount(minor), currency);
            let mut text = styled(money, style);
            if arabic {
                text = text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit)).unwrap_or(c)).collect();
            }
            let (symbol, code) = (currency.symbol(), currency.code());
            let text = match affix {
                0 => text,
                1 => format!("{symbol}{text}"),
                2 => format!("{text}\u{a0}{symbol}"),
                3 => format!("{code} {text}"),
                _ => format!("{text} {code}"),
            };
            prop_assert_eq!(Money::parse(&text, currency), Ok(money), "{}", text);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,24}", currency in any_currency()) {
            if let Ok(money) = Money::parse(&text, currency) {
                prop_assert!(!money.amount.is_negative());
                prop_assert!(money.amount.minor() <= Money::LIMIT_MAJOR * currency.minor_per_major());
            }
        }

        #[test]
        fn numbers_with_any_separators_break_nothing(text in "[-$]?[0-9., '₸]{0,20}", currency in any_currency()) {
            let _ = Money::parse(&text, currency);
        }
    }
}
