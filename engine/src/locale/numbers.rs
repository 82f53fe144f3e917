use std::fmt;

use super::{Locale, NO_BREAK_SPACE};
use crate::{
    quote::Quantity,
    values::{Currency, Money, TaxRate},
};

/// An amount as it is written at a place: `$1,250.50`, `1.250,50 €`, `1 250 ₸` (with no-break spaces).
///
/// Whole tenge are shown without tiyn, which are no longer in circulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalMoney {
    pub money: Money,
    pub locale: Locale,
}

impl fmt::Display for LocalMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { money, locale } = *self;
        let (major, minor) = money.units();
        let digits = if money.currency == Currency::Kzt && minor == 0 { 0 } else { money.currency.digits() as usize };
        let number = locale.written(&grouped(major, locale.formats().group), &padded(minor, digits));
        let sign = if money.amount.is_negative() { "-" } else { "" };
        let symbol = money.currency.symbol();
        let text = if !locale.formats().is_tight {
            format!("{sign}{number}{NO_BREAK_SPACE}{symbol}")
        } else if symbol.ends_with(|c: char| c.is_ascii_alphabetic()) {
            format!("{sign}{symbol}{NO_BREAK_SPACE}{number}")
        } else {
            format!("{sign}{symbol}{number}")
        };
        f.pad(&text)
    }
}

impl Locale {
    pub const fn money(self, money: Money) -> LocalMoney {
        LocalMoney { money, locale: self }
    }

    /// An amount for a form field, without sign or grouping: `125.50`, `125,50`.
    pub fn typed_money(self, money: Money) -> String {
        money.to_plain_string().replace('.', &self.formats().decimal.to_string())
    }

    /// A whole number in groups of three digits: `12,500`, `12.500`.
    pub fn number(self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}", grouped(number.unsigned_abs(), self.formats().group))
    }

    /// With the decimals it needs: `6.4`, `1.250,5`.
    pub fn quantity(self, quantity: Quantity) -> String {
        let sign = if quantity.0 < 0 { "-" } else { "" };
        let (whole, thousandths) = (quantity.0.unsigned_abs() / 1_000, quantity.0.unsigned_abs() % 1_000);
        let fraction = padded(thousandths, 3);
        format!("{sign}{}", self.written(&grouped(whole, self.formats().group), fraction.trim_end_matches('0')))
    }

    /// With the decimals it needs: `8.875%`, `8,875 %`.
    pub fn percent(self, rate: impl Into<TaxRate>) -> String {
        let number = self.typed_percent(rate);
        if self.formats().is_tight { format!("{number}%") } else { format!("{number}{NO_BREAK_SPACE}%") }
    }

    /// The tax that a price contains: "Includes 19% tax: €1.90". Without the rate if it isn't known.
    pub fn included_tax(self, rate: Option<TaxRate>, tax: Money) -> String {
        let rate = rate.map(|rate| format!("{} ", self.percent(rate))).unwrap_or_default();
        format!("Includes {rate}tax: {}", self.money(tax))
    }

    /// A percentage for a form field, without sign: `8.875`, `8,875`.
    pub fn typed_percent(self, rate: impl Into<TaxRate>) -> String {
        let thousandths = rate.into().thousandths().unsigned_abs();
        let fraction = padded(u64::from(thousandths % 1_000), 3);
        self.written(&(thousandths / 1_000).to_string(), fraction.trim_end_matches('0'))
    }

    /// One decimal, grouped: `1,234.5`.
    pub(super) fn tenths(self, number: f64) -> String {
        let text = format!("{number:.1}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        match whole.parse() {
            Ok(whole) => self.written(&grouped(whole, self.formats().group), fraction),
            Err(_) => text,
        }
    }

    fn written(self, whole: &str, fraction: &str) -> String {
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}{}{fraction}", self.formats().decimal) }
    }
}

/// The number with leading zeros; nothing if it has no digits.
fn padded(number: u64, digits: usize) -> String {
    if digits == 0 { String::new() } else { format!("{number:0digits$}") }
}

/// Groups the digits by three from the right.
fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::{Amount, BasisPoints};

    fn shown(locale: Locale, minor: i64, currency: Currency) -> String {
        locale.money(Money::new(Amount(minor), currency)).to_string().replace(NO_BREAK_SPACE, " ")
    }

    #[test]
    fn money_is_written_as_at_its_place() {
        let american = |minor, currency| shown(Locale::EnUs, minor, currency);
        assert_eq!(american(12_500, Currency::Usd), "$125.00");
        assert_eq!(american(-500, Currency::Usd), "-$5.00");
        assert_eq!(american(123_456_789, Currency::Usd), "$1,234,567.89");
        assert_eq!(american(1_250, Currency::Eur), "€12.50");
        assert_eq!(american(125_000, Currency::Chf), "CHF 1,250.00");
        assert_eq!(american(1_250, Currency::Jpy), "¥1,250");
        assert_eq!(american(5, Currency::Usd), "$0.05");
        assert_eq!(american(i64::MIN, Currency::Usd), "-$92,233,720,368,547,758.08");
        assert_eq!(shown(Locale::EnGb, 125_050, Currency::Gbp), "£1,250.50");
        assert_eq!(shown(Locale::DeDe, 125_050, Currency::Eur), "1.250,50 €");
        assert_eq!(shown(Locale::DeDe, -500, Currency::Eur), "-5,00 €");
        assert_eq!(shown(Locale::RuKz, 1_500_000, Currency::Kzt), "15 000 ₸");
        assert_eq!(shown(Locale::KkKz, -125_050, Currency::Kzt), "-1 250,50 ₸");
    }

    #[test]
    fn numbers_and_percentages_are_written_as_at_their_place() {
        let numbers = |locale: Locale| {
            let rate = TaxRate::new(8_875).unwrap();
            [locale.number(-1_234_567), locale.quantity(Quantity(1_250_500)), locale.percent(rate)]
                .map(|text| text.replace(NO_BREAK_SPACE, " "))
        };
        assert_eq!(numbers(Locale::EnUs), ["-1,234,567", "1,250.5", "8.875%"]);
        assert_eq!(numbers(Locale::DeDe), ["-1.234.567", "1.250,5", "8,875 %"]);
        assert_eq!(numbers(Locale::RuKz), ["-1 234 567", "1 250,5", "8,875 %"]);
        assert_eq!(Locale::EnUs.percent(BasisPoints::percent(70).unwrap()), "70%");
    }

    fn any_locale() -> impl Strategy<Value = Locale> {
        prop::sample::select(Locale::ALL)
    }

    proptest! {
        #[test]
        fn shown_amounts_can_be_typed(locale in any_locale(), minor in 0i64..=1_000_000_000, currency in prop::sample::select(Currency::ALL)) {
            let minor = minor.min(Money::LIMIT_MAJOR * currency.minor_per_major());
            let money = Money::new(Amount(minor), currency);
            prop_assert_eq!(Money::parse(&locale.money(money).to_string(), currency), Ok(money));
            prop_assert_eq!(Money::parse(&locale.typed_money(money), currency), Ok(money));
        }

        #[test]
        fn shown_percentages_can_be_typed(locale in any_locale(), thousandths in 0i32..=100_000) {
            let rate = TaxRate::new(thousandths).unwrap();
            prop_assert_eq!(locale.percent(rate).parse(), Ok(rate));
            prop_assert_eq!(locale.typed_percent(rate).parse(), Ok(rate));
        }

        #[test]
        fn no_number_is_cut_from_its_sign(locale in any_locale(), minor in any::<i64>(), currency in prop::sample::select(Currency::ALL), thousandths in 0i32..=100_000) {
            let texts = [
                locale.money(Money::new(Amount(minor), currency)).to_string(),
                locale.percent(TaxRate::new(thousandths).unwrap()),
                locale.number(minor),
                locale.quantity(Quantity(minor)),
            ];
            for text in texts {
                prop_assert!(!text.contains(' '), "{}", text);
            }
        }

        #[test]
        fn any_amount_can_be_shown(locale in any_locale(), minor in any::<i64>(), currency in prop::sample::select(Currency::ALL)) {
            let text = locale.money(Money::new(Amount(minor), currency)).to_string();
            prop_assert_eq!(text.starts_with('-'), minor < 0);
            prop_assert!(text.contains(currency.symbol()));
        }

        #[test]
        fn an_american_quantity_is_the_plain_one(thousandths in -999_999i64..=999_999) {
            prop_assert_eq!(Locale::EnUs.quantity(Quantity(thousandths)), Quantity(thousandths).to_string());
        }
    }
}
