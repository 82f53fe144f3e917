//! CSV exports for spreadsheets.

use crate::error::{AppError, OrInternal};

/// Byte order mark: the only way to tell Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A CSV file being written. A cell that a spreadsheet would read as a formula gets an apostrophe before it.
pub struct CsvFile {
    name: String,
    rows: usize,
    writer: csv::Writer<Vec<u8>>,
}

impl CsvFile {
    /// A file with its header row; `name` is the suggested file name.
    pub fn new<const COLUMNS: usize>(name: impl Into<String>, head: [&str; COLUMNS]) -> Result<Self, AppError> {
        let mut file = Self { name: name.into(), rows: 0, writer: csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec()) };
        file.row(head.map(str::to_owned))?;
        file.rows = 0;
        Ok(file)
    }

    /// Adds a row.
    pub fn row<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) -> Result<(), AppError> {
        self.rows += 1;
        self.writer.write_record(cells.map(without_formula)).or_internal()
    }

    /// The suggested file name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The number of rows below the header.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The name and the contents.
    pub(super) fn finish(self) -> Result<(String, Vec<u8>), AppError> {
        let contents = self.writer.into_inner().or_internal()?;
        Ok((self.name, contents))
    }
}

/// The cell as text. Plain negative numbers stay numbers, and phone numbers as we write them can't be formulas.
fn without_formula(cell: String) -> String {
    let is_negative_number = cell.starts_with('-') && cell.parse::<f64>().is_ok();
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !is_negative_number
        && !is_phone_number(&cell);
    if is_formula { format!("'{cell}") } else { cell }
}

/// `+1 404-555-0123`: a country code and groups of digits. Because of the space, Excel and `LibreOffice` show it as it is.
fn is_phone_number(cell: &str) -> bool {
    let Some((country, number)) = cell.strip_prefix('+').and_then(|rest| rest.split_once(' ')) else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    country.len() <= 3 && is_digits(country) && number.split([' ', '-']).all(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_by_a_person_becomes_a_formula() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "+14045550123",
            "+1 2+3",
            "+1 404-555-0123-",
            "+1-404",
            "+1 cmd",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
        ] {
            assert_eq!(without_formula(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["Ann", "12.50", "-12.50", "a=b", "", "+1 404-555-0123", "+7 727 250-12-34", "+49 301 234 56"] {
            assert_eq!(without_formula(text.to_owned()), text);
        }
    }

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        let mut file = CsvFile::new("x.csv", ["Name", "Note"]).unwrap();
        file.row(["Ann, \"the boss\"".to_owned(), "=1".to_owned()]).unwrap();
        let (name, contents) = file.finish().unwrap();
        assert_eq!(name, "x.csv");
        assert_eq!(String::from_utf8(contents).unwrap(), "\u{feff}Name,Note\n\"Ann, \"\"the boss\"\"\",'=1\n");
    }
}
