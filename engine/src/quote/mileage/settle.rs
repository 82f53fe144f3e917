use super::{Labels, Miles10, Price, price::item};
use crate::{
    quote::{Line, LineKind, Quote, QuoteError, Tax},
    values::Amount,
};

/// The final price with the miles actually driven. Never above what the customer approved.
///
/// - The approved lines stay; mileage and tax are recomputed.
/// - Miles are charged only if they were part of the approved price.
/// - Above the ceiling the mileage line is reduced, and its label says so.
/// - If tax has risen since, so that even no mileage fits, an adjustment line corrects the sum.
/// - The result's ceiling is its total.
/// - Rejects the same prices as [`quote`](super::quote()): negative, or too large.
pub fn settle(approved: &Quote, price: &Price, actual: Miles10, labels: &Labels) -> Result<Quote, QuoteError> {
    price.validate()?;
    let ceiling = approved.ceiling();
    let mut lines: Vec<Line> = Vec::with_capacity(approved.lines().len());
    let mut mileage_at = None;
    for line in approved.lines() {
        match (line.kind, price.per_mile) {
            (LineKind::Tax, _) | (LineKind::Mileage, None) => {}
            (LineKind::Mileage, Some(_)) if mileage_at.is_some() => {}
            (LineKind::Mileage, Some(per_mile)) => {
                mileage_at = Some(lines.len());
                lines.push(item(&labels.mileage, actual, per_mile).line(actual.into())?);
            }
            _ => lines.push(line.clone()),
        }
    }
    if let Some(index) = mileage_at {
        limit(&mut lines, index, price.tax, ceiling, &labels.limited_mileage)?;
    }
    let mut lines = price.tax.labelled(&labels.tax).with_line(lines)?;
    let excess = Quote::fixed(lines.clone())?.total() - ceiling;
    if excess.is_positive() {
        lines.push(Line::single(LineKind::Adjustment, &labels.limited_price, -excess));
    }
    price.tax.fixed(lines)
}

/// Reduces the line at `index` to the largest amount that keeps all lines with tax within the ceiling, and calls it `limited` then.
fn limit(lines: &mut [Line], index: usize, tax: Tax, ceiling: Amount, limited: &str) -> Result<(), QuoteError> {
    let sum = |taxed: bool| {
        let others = lines.iter().enumerate().filter(|&(at, line)| at != index && line.kind.is_taxed() == taxed);
        Amount::checked_sum(others.map(|(_, line)| line.amount)).ok_or(QuoteError::TooLarge)
    };
    let (taxed, untaxed) = (sum(true)?, sum(false)?);
    let fits = |amount: Amount| {
        let taxed = taxed.checked_add(amount)?;
        let total = taxed.checked_add(tax.added_to(taxed))?.checked_add(untaxed)?;
        (total <= ceiling).then_some(())
    };
    let line = &mut lines[index];
    if fits(line.amount).is_some() {
        return Ok(());
    }
    // The total grows with the amount: a binary search finds the largest that fits.
    let (mut least, mut excess) = (0, line.amount.minor());
    while excess - least > 1 {
        let middle = least + (excess - least) / 2;
        if fits(Amount(middle)).is_some() {
            least = middle;
        } else {
            excess = middle;
        }
    }
    line.amount = Amount(least);
    limited.clone_into(&mut line.label);
    Ok(())
}
