//! Properties of characters: digits of all scripts, invisible characters, right-to-left scripts.

/// The zero of every set of decimal digits (Unicode 16); its other nine digits follow it.
const ZEROS: [u32; 76] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x1_04A0, 0x1_0D30, 0x1_0D40, 0x1_1066,
    0x1_10F0, 0x1_1136, 0x1_11D0, 0x1_12F0, 0x1_1450, 0x1_14D0, 0x1_1650, 0x1_16C0, 0x1_16D0, 0x1_16DA, 0x1_1730,
    0x1_18E0, 0x1_1950, 0x1_1BF0, 0x1_1C50, 0x1_1D50, 0x1_1DA0, 0x1_1F50, 0x1_6130, 0x1_6A60, 0x1_6AC0, 0x1_6B50,
    0x1_6D70, 0x1_CCF0, 0x1_D7CE, 0x1_D7D8, 0x1_D7E2, 0x1_D7EC, 0x1_D7F6, 0x1_E140, 0x1_E2F0, 0x1_E4F0, 0x1_E5F1,
    0x1_E950, 0x1_FBF0,
];

/// The ASCII digit for a decimal digit of any script.
fn ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// Normalizes text that a machine reads: numbers, phone numbers, addresses.
///
/// - Digits of any script, full-width letters and signs, Arabic separators and typographic dashes become ASCII.
/// - Invisible characters are dropped.
/// - White space of any kind becomes a space.
pub fn to_ascii(text: &str) -> String {
    text.chars().filter(|&c| !is_ignorable(c)).map(ascii_of).collect()
}

fn ascii_of(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{066A}' => '%',
        '\u{066B}' => '.',
        '\u{066C}' => ',',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if is_blank(c) => ' ',
        c => ascii_digit(c).unwrap_or(c),
    }
}

/// Whether the character is invisible and can be removed, unless its neighbors need it
/// (Unicode's `Default_Ignorable_Code_Point`, and annotation marks that dictation leaves behind).
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Whether it is white space of any kind, including the blank of Braille.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Whether it belongs to a right-to-left script, including the script's digits and signs.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_every_script_are_in_the_table() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            let digits: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(to_ascii(&digits), "0123456789", "{digits}");
        }
        assert_eq!(to_ascii("٤٠٤ ۵۵۵ ०१२३ ４０"), "404 555 0123 40");
    }

    #[test]
    fn separators_and_signs_of_other_keyboards_are_ascii() {
        assert_eq!(to_ascii("（４０４）５５５－０１２３"), "(404)555-0123");
        assert_eq!(to_ascii("١٬٢٥٠٫٥٠"), "1,250.50");
        assert_eq!(to_ascii("404\u{2011}555\u{2013}0123\u{202c}"), "404-555-0123");
        assert_eq!(to_ascii("1\u{202f}250\u{3000}€"), "1 250 €");
    }
}
