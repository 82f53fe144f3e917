//! Rows of a kind of business that only a newer version knows, which runs beside this one or did before.

use engine::UnknownCode;
use sqlx::{FromRow, postgres::PgRow};

use super::Vertical;

/// A row of a list, or nothing if its kind of business isn't known.
pub struct Known<Row>(Option<Row>);

impl<Row> Known<Row> {
    /// The rows whose kind is known.
    pub fn rows(read: Vec<Self>) -> Vec<Row> {
        read.into_iter().filter_map(|row| row.0).collect()
    }
}

impl<'r, Row: FromRow<'r, PgRow>> FromRow<'r, PgRow> for Known<Row> {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        match Row::from_row(row) {
            Err(error) if is_of_unknown_kind(&error) => Ok(Self(None)),
            read => read.map(|row| Self(Some(row))),
        }
    }
}

/// Whether a row couldn't be read because its kind of business isn't known.
pub fn is_of_unknown_kind(error: &sqlx::Error) -> bool {
    let (sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source)) = error else { return false };
    let Some(unknown) = source.downcast_ref::<UnknownCode>() else { return false };
    unknown.code.parse::<Vertical>().is_err_and(|error| error == *unknown)
}
