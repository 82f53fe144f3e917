//! Consistency rules ("laws") for the rows of every tenant, checked by `wayside check`. A law is a query for rows that violate it; it changes nothing.

mod laws;
#[cfg(test)]
mod tests;

use std::fmt;

use laws::LAWS;
use sqlx::PgConnection;

use crate::{error::AppError, verticals::Vertical};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub law: &'static str,
    /// The row (a reference or an id), and what is wrong.
    pub by: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.by)
    }
}

/// Maximum number of violations listed per law.
const MOST_LISTED: usize = 20;

/// The violations of a law among the rows of the transaction's tenant.
pub async fn violations(db: &mut PgConnection) -> Result<Vec<Violation>, AppError> {
    let share_all: Vec<&str> =
        Vertical::ALL.iter().filter(|kind| kind.shares_all_with_jobs()).map(|kind| kind.as_str()).collect();
    let mut found = Vec::new();
    for law in LAWS {
        let query = sqlx::query_scalar(law.broken_by);
        let query = if law.broken_by.contains("$1") { query.bind(&share_all) } else { query };
        let rows: Vec<String> = query.fetch_all(&mut *db).await?;
        found.extend(rows.into_iter().take(MOST_LISTED).map(|by| Violation { law: law.name, by }));
    }
    Ok(found)
}
