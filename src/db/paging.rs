//! Pages of long lists. A page starts after the last entry of the previous one, found through an index, so the hundredth page is as fast as the first.

use std::{fmt::Display, str::FromStr};

use engine::Locale;
use sqlx::{Encode, Postgres, QueryBuilder, Type};

use crate::words::{Count, count};

/// Lists count up to this many entries; for more they show "1,000+".
pub const MOST_COUNTED: i64 = 1_000;

/// The requested page of a list, named by an entry next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cursor<K> {
    #[default]
    Start,
    /// The page that starts after this entry.
    After(K),
    /// The page that ends before this entry.
    Before(K),
}

impl<K> Cursor<K> {
    /// Reads the parameters `after` and `before` of an address. Invalid ones give the first page.
    pub fn read(after: Option<&str>, before: Option<&str>) -> Self
    where
        K: FromStr,
    {
        let parse = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        match (parse(after), parse(before)) {
            (Some(entry), _) => Self::After(entry),
            (None, Some(entry)) => Self::Before(entry),
            (None, None) => Self::Start,
        }
    }

    pub fn entry(&self) -> Option<&K> {
        match self {
            Self::Start => None,
            Self::After(entry) | Self::Before(entry) => Some(entry),
        }
    }

    /// Whether entries are read from the end of the page to its start.
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// The same page, named by a part of its entry.
    pub fn map<L>(&self, part: impl FnOnce(&K) -> L) -> Cursor<L> {
        self.with(self.entry().map(part))
    }

    /// The same page, named by another value of its entry; the first page if there is no such entry.
    pub fn with<L>(&self, entry: Option<L>) -> Cursor<L> {
        match (self, entry) {
            (Self::After(_), Some(entry)) => Cursor::After(entry),
            (Self::Before(_), Some(entry)) => Cursor::Before(entry),
            _ => Cursor::Start,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// In the list's order.
    pub entries: Vec<T>,
    has_previous: bool,
    has_next: bool,
}

impl<T> Slice<T> {
    pub fn empty() -> Self {
        Self { entries: Vec::new(), has_previous: false, has_next: false }
    }

    /// A page from the rows read at the cursor, in the order they were read: one more than fits on the page, if there are more.
    pub fn of<K>(cursor: &Cursor<K>, mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let there_are_more = rows.len() > limit;
        rows.truncate(limit);
        if cursor.is_backwards() {
            rows.reverse();
            return Self { entries: rows, has_previous: there_are_more, has_next: true };
        }
        Self { entries: rows, has_previous: matches!(cursor, Cursor::After(_)), has_next: there_are_more }
    }

    /// The same page with its entries mapped.
    #[cfg(test)]
    pub fn map<U>(self, part: impl FnMut(T) -> U) -> Slice<U> {
        let entries = self.entries.into_iter().map(part).collect();
        Slice { entries, has_previous: self.has_previous, has_next: self.has_next }
    }

    /// Whether to show the first page instead: the list's start was reached before the page was full, or nothing is left after the cursor.
    pub fn needs_start(&self, limit: i64) -> bool {
        let is_short = i64::try_from(self.entries.len()).unwrap_or(i64::MAX) < limit;
        let reached_start = self.has_next && !self.has_previous && is_short;
        let reached_end = self.has_previous && self.entries.is_empty();
        reached_start || reached_end
    }

    /// The first entry, as named in links, if there are entries before it.
    pub fn previous<K: Display>(&self, name: impl Fn(&T) -> K) -> Option<String> {
        self.entries.first().filter(|_| self.has_previous).map(|entry| name(entry).to_string())
    }

    /// The last entry, as named in links, if there are entries after it.
    pub fn next<K: Display>(&self, name: impl Fn(&T) -> K) -> Option<String> {
        self.entries.last().filter(|_| self.has_next).map(|entry| name(entry).to_string())
    }
}

/// The order of a list: two columns in the same direction, the second unique.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    pub columns: [&'static str; 2],
    /// The largest first.
    pub descending: bool,
}

impl Order {
    /// Appends the condition for entries beyond the cursor's.
    pub fn push_beyond<A: Bound, B: Bound>(self, query: &mut QueryBuilder<Postgres>, cursor: &Cursor<(A, B)>) {
        if let Some((first, last)) = cursor.entry() {
            let [a, b] = self.columns;
            let comparison = if self.descending == cursor.is_backwards() { ">" } else { "<" };
            query.push(format!(" and ({a}, {b}) {comparison} (")).push_bind(first.clone());
            query.push(", ").push_bind(last.clone()).push(")");
        }
    }

    /// Appends the order in which entries are read from the cursor.
    pub fn push_to<K>(self, query: &mut QueryBuilder<Postgres>, cursor: &Cursor<K>) {
        let [a, b] = self.columns;
        let way = if self.descending == cursor.is_backwards() { "" } else { " desc" };
        query.push(format!(" order by {a}{way}, {b}{way}"));
    }
}

/// A value that a column is compared with.
pub trait Bound: for<'q> Encode<'q, Postgres> + Type<Postgres> + Clone + Send + 'static {}

impl<T: for<'q> Encode<'q, Postgres> + Type<Postgres> + Clone + Send + 'static> Bound for T {}

/// A count in words: "134 bookings", "1 booking", "1,000+ bookings". Statements count up to one more than [`MOST_COUNTED`].
///
/// `of` says what is counted. It gets the count, which chooses between one and many, and the number as it is shown.
pub fn counted(found: i64, locale: Locale, of: impl FnOnce(Count, String) -> String) -> String {
    let most = found.min(MOST_COUNTED);
    let number = locale.number(most);
    let shown = if found > MOST_COUNTED { t!("db-and-more", number = number) } else { number };
    of(count(most), shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_above_the_counted_maximum_has_a_plus() {
        let said = |count: Count, shown: String| t!("admin-listed-bookings", bookings = count, shown = shown);
        let bookings = |found| counted(found, Locale::EnUs, said);
        assert_eq!(bookings(0), "0 bookings");
        assert_eq!(bookings(1), "1 booking");
        assert_eq!(bookings(1_000), "1,000 bookings");
        assert_eq!(bookings(1_001), "1,000+ bookings");
        assert_eq!(counted(1_001, Locale::DeDe, said), "1.000+ bookings");
    }

    #[test]
    fn a_cursor_is_read_out_of_an_address_and_nonsense_is_the_first_page() {
        assert_eq!(Cursor::read(Some("5"), None), Cursor::After(5));
        assert_eq!(Cursor::read(None, Some("5")), Cursor::Before(5));
        assert_eq!(Cursor::<i32>::read(Some("x"), Some("y")), Cursor::Start);
        assert_eq!(Cursor::<i32>::read(None, None), Cursor::Start);
    }

    #[test]
    fn a_page_of_a_list_names_its_neighbors() {
        let slice = |cursor: Cursor<i32>, rows: &[i32]| Slice::of(&cursor, rows.to_vec(), 2);
        let ends = |slice: &Slice<i32>| (slice.previous(|entry| *entry), slice.next(|entry| *entry));
        let link = |entry: &str| Some(entry.to_owned());

        assert_eq!(ends(&slice(Cursor::Start, &[1, 2])), (None, None));
        let first = slice(Cursor::Start, &[1, 2, 3]);
        assert_eq!((first.entries.as_slice(), ends(&first)), ([1, 2].as_slice(), (None, link("2"))));
        let second = slice(Cursor::After(2), &[3, 4]);
        assert_eq!((second.entries.as_slice(), ends(&second)), ([3, 4].as_slice(), (link("3"), None)));
        let back = slice(Cursor::Before(5), &[4, 3, 2]);
        assert_eq!((back.entries.as_slice(), ends(&back)), ([3, 4].as_slice(), (link("3"), link("4"))));
    }

    #[test]
    fn a_short_or_empty_page_is_replaced_by_the_first() {
        let needs_start = |cursor: Cursor<i32>, rows: &[i32]| Slice::of(&cursor, rows.to_vec(), 2).needs_start(2);
        assert!(needs_start(Cursor::Before(2), &[1]));
        assert!(needs_start(Cursor::Before(1), &[]));
        assert!(needs_start(Cursor::After(9), &[]));
        assert!(!needs_start(Cursor::Before(3), &[2, 1]));
        assert!(!needs_start(Cursor::After(8), &[9]));
        assert!(!needs_start(Cursor::Start, &[]));
    }
}
