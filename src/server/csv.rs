//! Tables for spreadsheets.

use crate::error::AppError;

/// A CSV file in the making. Whatever a person typed stays text: a cell that a spreadsheet would take for a formula gets an apostrophe before it.
pub struct CsvFile {
    name: String,
    rows: usize,
    writer: csv::Writer<Vec<u8>>,
}

impl CsvFile {
    /// A file with its head row; `name` is what the browser saves it as.
    pub fn new<const COLUMNS: usize>(name: impl Into<String>, head: [&str; COLUMNS]) -> Result<Self, AppError> {
        let mut file = Self { name: name.into(), rows: 0, writer: csv::Writer::from_writer(Vec::new()) };
        file.row(head.map(str::to_owned))?;
        file.rows = 0;
        Ok(file)
    }

    /// Adds a row.
    pub fn row<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) -> Result<(), AppError> {
        self.rows += 1;
        self.writer.write_record(cells.map(harmless)).map_err(|error| AppError::internal(&error))
    }

    /// What the browser saves it as.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How many rows there are below the head.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The name and the contents.
    pub(super) fn finish(self) -> Result<(String, Vec<u8>), AppError> {
        let contents = self.writer.into_inner().map_err(|error| AppError::internal(&error))?;
        Ok((self.name, contents))
    }
}

/// The cell, as text. Plain negative numbers stay numbers.
fn harmless(cell: String) -> String {
    let is_negative_number = cell.starts_with('-') && cell.parse::<f64>().is_ok();
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_negative_number;
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_by_a_person_becomes_a_formula() {
        for formula in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "+14045550123", "\t=1", "\r=1"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["Ann", "12.50", "-12.50", "a=b", ""] {
            assert_eq!(harmless(text.to_owned()), text);
        }
    }

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        let mut file = CsvFile::new("x.csv", ["Name", "Note"]).unwrap();
        file.row(["Ann, \"the boss\"".to_owned(), "=1".to_owned()]).unwrap();
        let (name, contents) = file.finish().unwrap();
        assert_eq!(name, "x.csv");
        assert_eq!(String::from_utf8(contents).unwrap(), "Name,Note\n\"Ann, \"\"the boss\"\"\",'=1\n");
    }
}
