//! Normalizes text for comparison in the gazetteer.

/// Maximum length of a search; addresses are shorter.
const LETTERS_AT_MOST: usize = 200;

/// The words of a text in lower case, without accents and punctuation, letters and digits separated: "I-75 @ Köln" is `i 75 koln`.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars().take(LETTERS_AT_MOST).flat_map(char::to_lowercase) {
        if matches!(letter, '\'' | '’' | '.') {
            continue;
        }
        let boundary = word.chars().last().is_some_and(|last| last.is_numeric() != letter.is_numeric());
        if !letter.is_alphanumeric() || boundary {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if letter.is_alphanumeric() {
            push_plain(&mut word, letter);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Appends a lower-case letter without its accent.
fn push_plain(word: &mut String, letter: char) {
    let plain = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ñ' | 'ń' => "n",
        'ò'..='ö' | 'ø' | 'ō' => "o",
        'ś' | 'š' => "s",
        'ù'..='ü' | 'ū' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        other => return word.push(other),
    };
    word.push_str(plain);
}

/// Whether two words differ by one letter: added, missing, replaced, or swapped with its neighbor. Short words must be equal.
pub(super) fn nearly_equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 5 || a.len().abs_diff(b.len()) > 1 || a.iter().any(|letter| letter.is_numeric()) {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(one, other)| one == other).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, rest @ ..], [_, other @ ..]) if rest == other => true,
        ([_, rest @ ..], other) if rest == other => true,
        (rest, [_, other @ ..]) if rest == other => true,
        ([first, second, rest @ ..], [third, fourth, other @ ..]) => {
            first == fourth && second == third && rest == other
        }
        _ => false,
    }
}
