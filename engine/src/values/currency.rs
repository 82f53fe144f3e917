codes! {
    /// A currency a tenant can trade in, by its ISO 4217 code.
    pub enum Currency ("currency") {
        Usd = "USD",
        Eur = "EUR",
        Kzt = "KZT",
        Gbp = "GBP",
        Cad = "CAD",
        Aud = "AUD",
        Chf = "CHF",
        Jpy = "JPY",
    }
}

impl Currency {
    /// The ISO 4217 code: `USD`.
    pub const fn code(self) -> &'static str {
        self.as_str()
    }

    /// The number of decimals (ISO 4217): 2 for cents, 0 for yen.
    pub const fn digits(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Usd | Self::Eur | Self::Kzt | Self::Gbp | Self::Cad | Self::Aud | Self::Chf => 2,
        }
    }

    /// 100 for cents, 1 for yen.
    pub const fn minor_per_major(self) -> i64 {
        10i64.pow(self.digits())
    }

    /// The sign people write beside the number: `$`, `€`, `₸`.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Usd => "$",
            Self::Eur => "€",
            Self::Kzt => "₸",
            Self::Gbp => "£",
            Self::Cad => "CA$",
            Self::Aud => "A$",
            Self::Chf => "CHF",
            Self::Jpy => "¥",
        }
    }

    /// Everything people write beside a number, longer ones first; ASCII in any case.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Usd => &["US$", "USD", "$"],
            Self::Eur => &["EURO", "EUR", "€"],
            Self::Kzt => &["KZT", "₸"],
            Self::Gbp => &["GBP", "£"],
            Self::Cad => &["CA$", "C$", "CAD", "$"],
            Self::Aud => &["AU$", "A$", "AUD", "$"],
            Self::Chf => &["CHF", "SFr.", "Fr."],
            Self::Jpy => &["JPY", "¥", "￥", "円"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_read_from_its_iso_code() {
        for &currency in Currency::ALL {
            assert_eq!(currency.code().parse(), Ok(currency));
            assert_eq!(currency.code().len(), 3);
        }
        assert_eq!("XXX".parse::<Currency>().unwrap_err().to_string(), "“XXX” is not a known currency");
    }

    #[test]
    fn no_two_currencies_look_alike() {
        let symbols: std::collections::HashSet<_> = Currency::ALL.iter().map(|currency| currency.symbol()).collect();
        assert_eq!(symbols.len(), Currency::ALL.len());
    }

    #[test]
    fn the_sign_and_the_code_are_among_the_names() {
        for &currency in Currency::ALL {
            assert!(currency.names().contains(&currency.symbol()) && currency.names().contains(&currency.code()));
        }
    }

    #[test]
    fn json_is_the_code() {
        assert_eq!(serde_json::to_string(&Currency::Kzt).unwrap(), "\"KZT\"");
        assert!(serde_json::from_str::<Currency>("\"kzt\"").is_err());
    }
}
