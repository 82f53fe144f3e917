//! Rows of a kind of business that only a newer version knows, which runs beside this one or did before.

use engine::UnknownCode;
use sqlx::{
    Decode, FromRow, Postgres, Type,
    error::BoxDynError,
    postgres::{PgRow, PgTypeInfo, PgValueRef},
};

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

/// The column of a row that is listed also if its kind of business isn't known: `#[sqlx(try_from = "IfKnown")] vertical: Option<Vertical>`.
pub struct IfKnown(Option<Vertical>);

impl From<IfKnown> for Option<Vertical> {
    fn from(column: IfKnown) -> Self {
        column.0
    }
}

impl Type<Postgres> for IfKnown {
    fn type_info() -> PgTypeInfo {
        <&str as Type<Postgres>>::type_info()
    }

    fn compatible(ty: &PgTypeInfo) -> bool {
        <&str as Type<Postgres>>::compatible(ty)
    }
}

impl<'r> Decode<'r, Postgres> for IfKnown {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let code = Option::<&str>::decode(value)?;
        Ok(Self(code.and_then(|code| code.parse().ok())))
    }
}

/// Whether a row couldn't be read because its kind of business isn't known.
pub fn is_of_unknown_kind(error: &sqlx::Error) -> bool {
    let (sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source)) = error else { return false };
    let Some(unknown) = source.downcast_ref::<UnknownCode>() else { return false };
    unknown.code.parse::<Vertical>().is_err_and(|error| error == *unknown)
}
