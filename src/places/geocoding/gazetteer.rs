//! The embedded gazetteer. Sources and licences: `seeds/gazetteer/README.md`.

use std::sync::LazyLock;

use engine::{GeoPoint, Meters};

use super::{
    Found, Place, Precision,
    words::{nearly_equal, words},
};

/// Generated file: `kind name detail latitude longitude alias`, separated by tabs, under a heading.
const FILES: [&str; 2] =
    [include_str!("../../../seeds/gazetteer/landmarks.tsv"), include_str!("../../../seeds/gazetteer/places.tsv")];

/// Places farther than this from the business's area must be named in full.
const NEAR: Meters = Meters(150_000.0);

/// A point farther than this from every known place has no name.
const NAMED_WITHIN: Meters = Meters(15_000.0);

/// Words after a street's name, so that "Edgewood Ave" isn't mistaken for the neighborhood.
const STREETS: [&str; 26] = [
    "st",
    "street",
    "ave",
    "avenue",
    "rd",
    "road",
    "dr",
    "drive",
    "blvd",
    "boulevard",
    "ln",
    "lane",
    "ct",
    "court",
    "pl",
    "pkwy",
    "parkway",
    "hwy",
    "highway",
    "way",
    "ter",
    "terrace",
    "cir",
    "circle",
    "trl",
    "strasse",
];

/// Words of an address that don't identify a place.
const COUNTRY: [&str; 5] = ["usa", "us", "united", "states", "georgia"];

static GAZETTEER: LazyLock<Vec<Entry>> =
    LazyLock::new(|| FILES.iter().flat_map(|file| file.lines().skip(1)).filter_map(Entry::parse).collect());

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Landmark,
    Postcode,
    Neighborhood,
    Town,
    City,
}

struct Entry {
    place: Place,
    kind: Kind,
    name: Vec<String>,
    alias: Vec<String>,
    context: Vec<String>,
}

/// How well a search matches a place; a better match is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The beginning of its name, or its name with a typing error.
    Begun,
    /// Its name within a longer text, such as a postcode in an address.
    Within,
    /// Its name, with or without its town.
    Named,
}

impl Entry {
    fn parse(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let kind = match columns.next()? {
            "landmark" => Kind::Landmark,
            "postcode" => Kind::Postcode,
            "neighborhood" => Kind::Neighborhood,
            "town" => Kind::Town,
            "city" => Kind::City,
            _ => return None,
        };
        let name = columns.next()?;
        let detail = columns.next()?;
        let point = GeoPoint::new(columns.next()?.parse().ok()?, columns.next()?.parse().ok()?).ok()?;
        let precision = if kind == Kind::Landmark { Precision::Spot } else { Precision::Area };
        Some(Self {
            kind,
            name: words(name),
            alias: words(columns.next().unwrap_or_default()),
            context: words(detail),
            place: Place { name: name.to_owned(), detail: detail.to_owned(), point, precision },
        })
    }

    fn fit(&self, query: &[String]) -> Option<Fit> {
        [&self.name, &self.alias]
            .into_iter()
            .filter(|name| !name.is_empty())
            .filter_map(|name| self.fit_by(name, query))
            .max()
    }

    fn fit_by(&self, name: &[String], query: &[String]) -> Option<Fit> {
        if let Some(start) = query.windows(name.len()).position(|words| words == name) {
            let rest = || query[..start].iter().chain(&query[start + name.len()..]);
            if rest().all(|word| self.context.contains(word) || COUNTRY.contains(&word.as_str())) {
                return Some(Fit::Named);
            }
            let street = query.get(start + name.len()).is_some_and(|next| STREETS.contains(&next.as_str()));
            // The center of a large city doesn't help to find a house in it.
            return (!street && self.kind != Kind::City).then_some(Fit::Within);
        }
        let (last, complete) = query.split_last()?;
        let known = |word: &String| name.iter().any(|own| nearly_equal(own, word)) || self.context.contains(word);
        let begins = |word: &String| name.iter().chain(&self.context).any(|own| own.starts_with(word.as_str()));
        let about_name =
            query.iter().any(|word| name.iter().any(|own| nearly_equal(own, word) || own.starts_with(word.as_str())));
        (about_name && complete.iter().all(known) && (known(last) || begins(last))).then_some(Fit::Begun)
    }
}

/// Possible places for a text, the nearest first. A meaningless text finds nothing.
pub(super) fn search(text: &str, near: GeoPoint) -> Found {
    let query = words(text);
    if query.is_empty() {
        return Found::default();
    }
    let mut fitting: Vec<(Fit, Meters, &Entry)> = GAZETTEER
        .iter()
        .filter_map(|entry| {
            let fit = entry.fit(&query)?;
            let distance = near.distance_to(entry.place.point);
            (distance <= NEAR || fit == Fit::Named).then_some((fit, distance, entry))
        })
        .collect();
    let rank = |kind: Kind| match kind {
        Kind::City => 0,
        Kind::Postcode => 1,
        Kind::Landmark => 2,
        Kind::Neighborhood => 3,
        Kind::Town => 4,
    };
    fitting.sort_by(|a, b| {
        b.0.cmp(&a.0)
            .then_with(|| (a.1 > NEAR).cmp(&(b.1 > NEAR)))
            .then_with(|| rank(a.2.kind).cmp(&rank(b.2.kind)))
            .then_with(|| a.1.cmp(&b.1))
    });
    let named = fitting.iter().filter(|(fit, ..)| *fit == Fit::Named).count();
    let certain = named == 1 && fitting.first().is_some_and(|(.., entry)| entry.place.precision == Precision::Spot);
    let places = fitting.into_iter().take(Found::LIMIT).map(|(.., entry)| entry.place.clone()).collect();
    Found { places, certain }
}

/// The known place at or near a point; postcodes are skipped, because people don't know them.
pub(super) fn nearest(point: GeoPoint) -> Option<&'static Place> {
    GAZETTEER
        .iter()
        .filter(|entry| entry.kind != Kind::Postcode)
        .map(|entry| (point.distance_to(entry.place.point), &entry.place))
        .filter(|(distance, _)| *distance <= NAMED_WITHIN)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, place)| place)
}

/// The postcode whose known point is nearest to a point.
pub fn postcode_at(point: GeoPoint) -> Option<&'static str> {
    GAZETTEER
        .iter()
        .filter(|entry| entry.kind == Kind::Postcode)
        .map(|entry| (point.distance_to(entry.place.point), &entry.place.name))
        .filter(|(distance, _)| *distance <= NAMED_WITHIN)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.as_str())
}

/// Names for a drawn map within a distance, the nearest first; postcodes are skipped.
pub(super) fn names_around(point: GeoPoint, within: Meters) -> Vec<Place> {
    let mut names: Vec<_> = GAZETTEER
        .iter()
        .filter(|entry| entry.kind != Kind::Postcode)
        .map(|entry| (point.distance_to(entry.place.point), &entry.place))
        .filter(|(distance, _)| *distance <= within)
        .collect();
    names.sort_by_key(|(distance, _)| *distance);
    names.into_iter().map(|(_, place)| place.clone()).collect()
}
