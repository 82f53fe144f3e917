use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Line, LineKind, Tax};
use crate::values::{Amount, divide_half_away_from_zero};

/// A price in lines, with the most it may become.
///
/// Always holds, also after deserializing: `total` is the sum of the lines' amounts, `ceiling` is at least `total`, and `included_tax`
/// is no more than the taxed lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Quote {
    lines: Vec<Line>,
    total: Amount,
    ceiling: Amount,
    included_tax: Amount,
    kept_fee: Amount,
    tax: Option<Tax>,
}

/// Why a quote is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuoteError {
    #[error("This price is too large")]
    TooLarge,
    #[error("A price can't be negative")]
    NegativePrice,
    #[error("There is no price")]
    NoPrice,
    /// The total is above the ceiling.
    #[error("The total is above the approved ceiling")]
    AboveCeiling,
    #[error("The total is not the sum of the lines")]
    WrongTotal,
    #[error("The tax is more than the price")]
    WrongTax,
    #[error("The platform's fee is more than the price")]
    WrongFee,
}

/// The deserialized fields before they are validated.
#[derive(Deserialize)]
struct Parts {
    lines: Vec<Line>,
    total: Amount,
    ceiling: Amount,
    /// Older quotes have none.
    #[serde(default)]
    included_tax: Amount,
    #[serde(default)]
    kept_fee: Amount,
    #[serde(default)]
    tax: Option<Tax>,
}

impl Quote {
    /// The limit of a line, a total or a ceiling, positive or negative: far above any price, and far enough below `i64::MAX`
    /// that sums of lines can't overflow.
    pub const LIMIT: Amount = Amount(10_000_000_000_000);
    pub const MAX_LINES: usize = 1_000;

    /// A quote of these lines, with a ceiling.
    pub fn new(lines: Vec<Line>, ceiling: Amount) -> Result<Self, QuoteError> {
        Self::fixed(lines)?.with_ceiling(ceiling)
    }

    pub(super) fn with_ceiling(self, ceiling: Amount) -> Result<Self, QuoteError> {
        if self.total > ceiling {
            return Err(QuoteError::AboveCeiling);
        }
        if ceiling > Self::LIMIT {
            return Err(QuoteError::TooLarge);
        }
        Ok(Self { ceiling, ..self })
    }

    /// The same price, with this tax contained in it.
    pub fn with_included_tax(self, included_tax: Amount) -> Result<Self, QuoteError> {
        let taxed = self.lines.iter().filter(|line| line.kind.is_taxed());
        let at_most: i64 = taxed.map(|line| line.amount.minor().abs()).sum();
        if !(-at_most..=at_most).contains(&included_tax.minor()) {
            return Err(QuoteError::WrongTax);
        }
        Ok(Self { included_tax, ..self })
    }

    /// The same price, of which the platform keeps this.
    pub fn with_kept_fee(self, kept_fee: Amount) -> Result<Self, QuoteError> {
        let shared = self.lines.iter().filter(|line| line.kind.is_shared());
        let at_most: i64 = shared.map(|line| line.amount.minor().abs()).sum();
        if !(-at_most..=at_most).contains(&kept_fee.minor()) {
            return Err(QuoteError::WrongFee);
        }
        Ok(Self { kept_fee, ..self })
    }

    /// The same price, agreed with this tax; `None` if it isn't known.
    #[must_use]
    pub fn with_tax(self, tax: Option<Tax>) -> Self {
        Self { tax, ..self }
    }

    /// A quote whose ceiling is its total.
    pub fn fixed(lines: Vec<Line>) -> Result<Self, QuoteError> {
        let is_bounded = |amount: Amount| (-Self::LIMIT..=Self::LIMIT).contains(&amount);
        if lines.len() > Self::MAX_LINES || !lines.iter().all(|line| is_bounded(line.amount)) {
            return Err(QuoteError::TooLarge);
        }
        let total = lines.iter().map(|line| line.amount).sum();
        if !is_bounded(total) {
            return Err(QuoteError::TooLarge);
        }
        Ok(Self { lines, total, ceiling: total, included_tax: Amount::ZERO, kept_fee: Amount::ZERO, tax: None })
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub const fn total(&self) -> Amount {
        self.total
    }

    /// The most the customer can be charged without approving again.
    pub const fn ceiling(&self) -> Amount {
        self.ceiling
    }

    /// The tax contained in the lines; tax on top is a line of its own. Negative in a refund.
    pub const fn included_tax(&self) -> Amount {
        self.included_tax
    }

    /// The tax that it was priced with. `None`: it was stored before prices kept their tax, or nothing in it was taxed by a rate; see
    /// [`agreed_tax`](super::agreed_tax).
    pub const fn tax(&self) -> Option<Tax> {
        self.tax
    }

    /// What the platform keeps of the lines; a fee on top is a line of its own. Negative in a refund.
    pub const fn kept_fee(&self) -> Amount {
        self.kept_fee
    }

    /// The platform's fee, on top and out of the price.
    pub fn platform_fee(&self) -> Amount {
        self.amount_of(LineKind::PlatformFee) + self.kept_fee
    }

    /// Whether the price may still rise up to the ceiling: shown as “from … to at most …”.
    pub fn is_open(&self) -> bool {
        self.ceiling > self.total
    }

    /// The sum of the lines of one kind.
    pub fn amount_of(&self, kind: LineKind) -> Amount {
        self.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum()
    }

    /// The sum of the lines that a provider shares in, without the tax that they contain, which is the state's, and what the platform keeps.
    pub fn shared(&self) -> Amount {
        self.net(LineKind::is_shared)
    }

    /// The part of [`shared`](Self::shared) in the lines of these kinds.
    pub fn shared_in(&self, kinds: &[LineKind]) -> Amount {
        self.net(|kind| kind.is_shared() && kinds.contains(&kind))
    }

    fn net(&self, counts: impl Fn(LineKind) -> bool) -> Amount {
        let sum = |counts: &dyn Fn(LineKind) -> bool| -> i64 {
            self.lines.iter().filter(|line| counts(line.kind)).map(|line| line.amount.minor()).sum()
        };
        // These lines' part of an amount that lies in more lines, in proportion.
        let part = |amount: Amount, of: i64| match of {
            0 => 0,
            of => {
                let exact = i128::from(amount.minor()) * i128::from(sum(&counts));
                i64::try_from(divide_half_away_from_zero(exact, i128::from(of))).unwrap_or_default()
            }
        };
        let (tax, fee) =
            (part(self.included_tax, sum(&LineKind::is_taxed)), part(self.kept_fee, sum(&LineKind::is_shared)));
        Amount(sum(&counts) - tax - fee)
    }

    pub fn into_lines(self) -> Vec<Line> {
        self.lines
    }
}

impl TryFrom<Parts> for Quote {
    type Error = QuoteError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let quote = Self::new(parts.lines, parts.ceiling)?.with_included_tax(parts.included_tax)?;
        let quote = quote.with_kept_fee(parts.kept_fee)?.with_tax(parts.tax);
        if quote.total == parts.total { Ok(quote) } else { Err(QuoteError::WrongTotal) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        quote::{Item, quote},
        values::TaxRate,
    };

    fn line(minor: i64) -> Line {
        Line::single(LineKind::Adjustment, "Correction", Amount(minor))
    }

    #[test]
    fn a_total_above_the_ceiling_is_refused() {
        assert_eq!(Quote::new(vec![line(100)], Amount(99)), Err(QuoteError::AboveCeiling));
    }

    #[test]
    fn amounts_beyond_all_measure_are_refused() {
        assert_eq!(Quote::fixed(vec![line(i64::MAX)]), Err(QuoteError::TooLarge));
        assert_eq!(Quote::fixed(vec![line(i64::MIN)]), Err(QuoteError::TooLarge));
        assert_eq!(Quote::fixed(vec![line(1); 1_001]), Err(QuoteError::TooLarge));
    }

    #[test]
    fn a_forged_total_is_refused() {
        let quote = Quote::fixed(vec![line(100), line(-30)]).unwrap();
        let json = serde_json::to_string(&quote).unwrap();
        assert_eq!(serde_json::from_str::<Quote>(&json).unwrap(), quote);
        assert!(serde_json::from_str::<Quote>(&json.replace("\"total\":70", "\"total\":7")).is_err());
        assert!(serde_json::from_str::<Quote>(&json.replace("\"ceiling\":70", "\"ceiling\":69")).is_err());
    }

    #[test]
    fn tax_above_the_price_is_refused_and_older_quotes_say_nothing_about_tax() {
        let json = r#"{"lines":[],"total":0,"ceiling":0}"#;
        let older = serde_json::from_str::<Quote>(json).unwrap();
        assert_eq!((older.included_tax(), older.tax()), (Amount::ZERO, None));
        assert!(serde_json::from_str::<Quote>(&json.replace('}', r#","included_tax":1}"#)).is_err());
        let refund = Quote::fixed(vec![line(-1_190)]).unwrap();
        assert!(refund.clone().with_included_tax(Amount(-190)).is_ok());
        assert_eq!(refund.with_included_tax(Amount(-1_191)), Err(QuoteError::WrongTax));
    }

    #[test]
    fn an_empty_quote_costs_nothing() {
        let quote = Quote::fixed(Vec::new()).unwrap();
        assert_eq!((quote.total(), quote.ceiling(), quote.is_open()), (Amount::ZERO, Amount::ZERO, false));
    }

    proptest! {
        #[test]
        fn what_is_shared_contains_no_tax_whether_on_top_or_included(net in 0i64..1_000_000, fee in 0i64..100_000, tip in 0i64..10_000, thousandths in 0i32..=100_000) {
            let rate = TaxRate::new(thousandths).unwrap();
            let lines = |grow: fn(Amount, TaxRate) -> Amount| {
                [(LineKind::Service, grow(Amount(net), rate)), (LineKind::PlatformFee, grow(Amount(fee), rate)), (LineKind::Tip, Amount(tip))]
                    .map(|(kind, amount)| Item::job(kind, "", amount))
            };
            let on_top = quote(&lines(|net, _| net), Tax::on_top(rate).labelled("Tax")).unwrap();
            let included = quote(&lines(|net, rate| net + net.tax_at(rate)), Tax::included(rate).labelled("")).unwrap();
            prop_assert_eq!(on_top.shared(), Amount(net));
            let difference = (included.shared() - on_top.shared()).minor().abs();
            prop_assert!(difference <= 2, "rounding, {}", difference);
            if fee == 0 {
                prop_assert_eq!(included.shared() + included.included_tax() + Amount(tip), included.total());
            }
        }

        #[test]
        fn the_total_is_the_sum_of_the_lines(minors in prop::collection::vec(-1_000_000i64..1_000_000, 0..20), headroom in 0i64..1_000_000) {
            let sum: i64 = minors.iter().sum();
            let quote = Quote::new(minors.iter().copied().map(line).collect(), Amount(sum + headroom)).unwrap();
            prop_assert_eq!(quote.total(), Amount(sum));
            prop_assert_eq!(quote.amount_of(LineKind::Adjustment), Amount(sum));
            prop_assert_eq!(quote.is_open(), headroom > 0);
        }
    }
}
