//! Database columns of commissions.

use engine::{Amount, BasisPoints, Commission};
use sqlx::{FromRow, Row, postgres::PgRow};

/// A commission as its type, the rate of a percentage and the amount of a flat fee.
pub const fn columns(commission: Commission) -> (&'static str, BasisPoints, Option<Amount>) {
    match commission {
        Commission::Percentage(rate) => ("percentage", rate, None),
        Commission::FlatPerJob(fee) => ("flat_per_job", BasisPoints::ZERO, Some(fee)),
    }
}

/// The commission in these columns.
pub fn from_columns(commission_type: &str, rate: BasisPoints, flat: Option<Amount>) -> Commission {
    match flat {
        Some(fee) if commission_type == "flat_per_job" => Commission::FlatPerJob(fee),
        _ => Commission::Percentage(rate),
    }
}

/// The commission of offered or assigned work, in the columns `commission_type`, `commission_rate` and `flat_fee_amount`. Unknown for work from
/// before it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedCommission(Option<Commission>);

impl AgreedCommission {
    /// The agreed commission; if unknown, the provider's current one.
    pub fn or(self, today: Commission) -> Commission {
        self.0.unwrap_or(today)
    }

    /// Its columns; all null if unknown.
    pub fn columns(self) -> (Option<&'static str>, Option<BasisPoints>, Option<Amount>) {
        match self.0.map(columns) {
            Some((commission_type, rate, flat)) => (Some(commission_type), Some(rate), flat),
            None => (None, None, None),
        }
    }
}

impl From<Commission> for AgreedCommission {
    fn from(commission: Commission) -> Self {
        Self(Some(commission))
    }
}

impl FromRow<'_, PgRow> for AgreedCommission {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let commission_type: Option<String> = row.try_get("commission_type")?;
        let rate: Option<BasisPoints> = row.try_get("commission_rate")?;
        let flat: Option<Amount> = row.try_get("flat_fee_amount")?;
        Ok(Self(commission_type.zip(rate).map(|(commission_type, rate)| from_columns(&commission_type, rate, flat))))
    }
}
