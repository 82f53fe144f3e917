//! Positions typed instead of addresses: coordinates as apps show them, map links, plus codes.

use engine::{GeoPoint, field};

use super::plus_codes::PlusCode;

/// A position found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Position {
    /// Only coordinates, or a link with them.
    Bare(GeoPoint),
    /// A link with coordinates, among other words.
    Among(GeoPoint),
    /// A plus code, and for a short one the words that name its place.
    Code(PlusCode, String),
}

/// The position in a text, if there is one.
pub(super) fn read(text: &str) -> Option<Position> {
    if let Some(point) = coordinates(text) {
        return Some(Position::Bare(point));
    }
    let mut words = text.split_whitespace();
    if let Some(point) = words.clone().find_map(link) {
        return Some(if words.count() == 1 { Position::Bare(point) } else { Position::Among(point) });
    }
    let code = words.find_map(|word| PlusCode::parse(word.trim_end_matches(',')).map(|code| (word, code)));
    code.map(|(word, code)| Position::Code(code, text.replacen(word, "", 1).trim().to_owned()))
}

/// `33.7726, -84.3655`, `33,7726 -84,3655`, `33.7726° N, 84.3655° W`, `N 33° 46.36' W 84° 21.93'`, `33°46'21.4"N 84°21'55.8"W`.
fn coordinates(text: &str) -> Option<GeoPoint> {
    const MARKS: [char; 12] = ['°', 'º', '˚', '\'', '"', '′', '″', '’', '”', '`', '´', ';'];
    let text = field::to_ascii(text).to_uppercase();
    // Without a point, a comma between digits is the decimal sign.
    let text = if text.contains('.') { text } else { with_points(&text) };
    let mut tokens = Vec::new();
    for part in text.split(|c: char| c == ' ' || c == ',' || MARKS.contains(&c)) {
        push_tokens(&mut tokens, part)?;
    }
    match tokens.as_slice() {
        // Two whole numbers could be a house and its floor.
        [Token::Number(latitude), Token::Number(longitude)] if is_fine(latitude) && is_fine(longitude) => {
            GeoPoint::new(latitude.parse().ok()?, longitude.parse().ok()?).ok()
        }
        [Token::Side(first), .., Token::Number(_)] => {
            let second = tokens.iter().rposition(|token| matches!(token, Token::Side(_))).filter(|&at| at > 0)?;
            let Token::Side(other) = tokens[second] else { return None };
            point((*first, &tokens[1..second]), (other, &tokens[second + 1..]))
        }
        [Token::Number(_), .., Token::Side(last)] => {
            let first = tokens.iter().position(|token| matches!(token, Token::Side(_)))?;
            let Token::Side(side) = tokens[first] else { return None };
            point((side, &tokens[..first]), (*last, tokens.get(first + 1..tokens.len() - 1)?))
        }
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(String),
    /// North, south, east or west.
    Side(char),
}

/// Splits `55.8W` into its number and its side; `None` if it is neither.
fn push_tokens(tokens: &mut Vec<Token>, part: &str) -> Option<()> {
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        if matches!(first, 'N' | 'S' | 'E' | 'W') {
            tokens.push(Token::Side(first));
            rest = &rest[1..];
            continue;
        }
        let end = rest.find(['N', 'S', 'E', 'W']).unwrap_or(rest.len());
        let number = &rest[..end];
        let is_number = number.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit());
        number.parse::<f64>().ok().filter(|_| is_number)?;
        tokens.push(Token::Number(number.to_owned()));
        rest = &rest[end..];
    }
    Some(())
}

/// Whether a number has enough decimals for a position: a hundredth of a degree is a kilometer.
fn is_fine(number: &str) -> bool {
    number.split_once('.').is_some_and(|(_, decimals)| decimals.len() >= 2)
}

fn with_points(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let sign = |(at, &c): (usize, &char)| {
        if c == ',' && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)) { '.' } else { c }
    };
    letters.iter().enumerate().map(sign).collect()
}

/// Two angles with their sides, in either order.
fn point(one: (char, &[Token]), other: (char, &[Token])) -> Option<GeoPoint> {
    let is_latitude = |side: char| matches!(side, 'N' | 'S');
    if is_latitude(one.0) == is_latitude(other.0) {
        return None;
    }
    let (latitude, longitude) = if is_latitude(one.0) { (one, other) } else { (other, one) };
    GeoPoint::new(degrees(latitude)?, degrees(longitude)?).ok()
}

/// Degrees, minutes and seconds; the last may have decimals.
fn degrees((side, numbers): (char, &[Token])) -> Option<f64> {
    let mut degrees = 0.0;
    let mut unit = 1.0;
    if numbers.is_empty() || numbers.len() > 3 {
        return None;
    }
    for (at, token) in numbers.iter().enumerate() {
        let Token::Number(text) = token else { return None };
        let is_last = at + 1 == numbers.len();
        let value: f64 = text.parse().ok().filter(|value| *value >= 0.0 && (at == 0 || *value < 60.0))?;
        if !is_last && text.contains('.') {
            return None;
        }
        degrees += value / unit;
        unit *= 60.0;
    }
    Some(if matches!(side, 'S' | 'W') { -degrees } else { degrees })
}

/// The point of a map link: Google, Apple, OpenStreetMap, Waze, or `geo:`.
fn link(word: &str) -> Option<GeoPoint> {
    let scheme = word.to_ascii_lowercase();
    if !["http://", "https://", "geo:"].iter().any(|begin| scheme.starts_with(begin)) {
        return None;
    }
    let link = word.replace("%2C", ",").replace("%2c", ",").replace("%20", "").replace(",+", ",");
    // The marked point has priority over the center of the map.
    let google_pin = || between(&link, "!3d", "!4d");
    let osm_pin = || {
        let (latitude, longitude) = (after(&link, "mlat=")?, after(&link, "mlon=")?);
        GeoPoint::new(latitude.parse().ok()?, longitude.parse().ok()?).ok()
    };
    let named =
        || ["q=", "query=", "ll=", "destination=", "daddr="].iter().find_map(|key| pair(link.split_once(key)?.1));
    let anywhere = || link.match_indices(',').find_map(|(comma, _)| pair(&link[number_before(&link, comma)..]));
    let osm_middle = || {
        let (latitude, rest) = link.split_once("#map=")?.1.split_once('/')?.1.split_once('/')?;
        GeoPoint::new(latitude.parse().ok()?, leading_number(rest).parse().ok()?).ok()
    };
    google_pin().or_else(osm_pin).or_else(named).or_else(anywhere).or_else(osm_middle)
}

fn between(text: &str, first: &str, second: &str) -> Option<GeoPoint> {
    GeoPoint::new(after(text, first)?.parse().ok()?, after(text, second)?.parse().ok()?).ok()
}

/// The number behind a key.
fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_once(key).map(|(_, rest)| leading_number(rest)).filter(|number| !number.is_empty())
}

/// `33.77,-84.36` at the beginning.
fn pair(text: &str) -> Option<GeoPoint> {
    let latitude = leading_number(text.trim_start_matches("loc:"));
    let rest = text.trim_start_matches("loc:")[latitude.len()..].strip_prefix(',')?;
    let longitude = leading_number(rest);
    if !latitude.contains('.') || !longitude.contains('.') {
        return None;
    }
    GeoPoint::new(latitude.parse().ok()?, longitude.parse().ok()?).ok()
}

fn leading_number(text: &str) -> &str {
    let is_part = |(at, c): (usize, char)| c.is_ascii_digit() || c == '.' || (at == 0 && c == '-');
    let end = text.char_indices().find(|&part| !is_part(part)).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Where the number that ends at a byte begins.
fn number_before(text: &str, end: usize) -> usize {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    text[..end].rfind(|c| !number(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(text: &str, latitude: f64, longitude: f64) -> bool {
        let wanted = GeoPoint::new(latitude, longitude).unwrap();
        match read(text) {
            Some(Position::Bare(point) | Position::Among(point)) => point.distance_to(wanted).0 < 30.0,
            _ => false,
        }
    }

    #[test]
    fn coordinates_are_read_as_apps_show_them() {
        for text in [
            "33.7726, -84.3655",
            "33.7726,-84.3655",
            "33.7726 -84.3655",
            "33,7726; -84,3655",
            "33,7726 -84,3655",
            "33.7726° N, 84.3655° W",
            "33.7726N 84.3655W",
            "N33.7726, W84.3655",
            "84.3655 W, 33.7726 N",
            "N 33° 46.356' W 84° 21.93'",
            "33°46'21.4\"N 84°21'55.8\"W",
            "33° 46′ 21.4″ N, 84° 21′ 55.8″ W",
            "33º46’21.4”N, 84º21’55.8”W",
            "٣٣٫٧٧٢٦, \u{2212}٨٤٫٣٦٥٥",
        ] {
            assert!(near(text, 33.7726, -84.3655), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn links_to_maps_are_read() {
        for text in [
            "https://maps.google.com/?q=33.7726,-84.3655",
            "https://www.google.com/maps?q=loc:33.7726,-84.3655",
            "https://www.google.com/maps/@33.7726,-84.3655,17z",
            "https://www.google.com/maps/place/Piedmont+Park/@33.70,-84.30,17z/data=!3m1!4b1!8m2!3d33.7726!4d-84.3655",
            "https://www.google.com/maps/search/?api=1&query=33.7726%2C-84.3655",
            "https://www.google.com/maps/search/33.7726,+-84.3655",
            "https://maps.apple.com/?ll=33.7726,-84.3655&q=Dropped%20Pin",
            "https://www.openstreetmap.org/?mlat=33.7726&mlon=-84.3655#map=15/33.70/-84.30",
            "https://www.openstreetmap.org/#map=17/33.7726/-84.3655",
            "https://waze.com/ul?ll=33.7726,-84.3655&navigate=yes",
            "geo:33.7726,-84.3655;u=35",
            "geo:0,0?q=33.7726,-84.3655(My+car)",
            "My location: https://maps.google.com/?q=33.7726,-84.3655",
        ] {
            assert!(near(text, 33.7726, -84.3655), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn addresses_are_not_taken_for_positions() {
        for text in [
            "",
            "33",
            "12, 5",
            "30309, 4",
            "1280 Peachtree St NE",
            "91.5000, 10.0000",
            "33.7726, -184.3655",
            "I-75 N, exit 12.5",
            "N 5th St",
            "https://maps.app.goo.gl/kX5bq1y8QmVn2mLw8",
            "https://example.com/a,b",
            "Room 3.14, 2.71 floor",
            "33°61'N 84°21'W",
            "rock+roll",
            "5 E 12 W 7",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_the_product_shows_is_read(latitude in -90.0..=90.0, longitude in -180.0..=180.0) {
            let shown = format!("{latitude:.5}, {longitude:.5}");
            prop_assert!(near(&shown, latitude, longitude));
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), numbers in "[0-9NSEW.,°'\" +-]{0,30}") {
            let _ = (read(&text), read(&numbers), read(&format!("geo:{text}")), read(&format!("https://{numbers}?q={text}")));
        }
    }
}
