use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use crate::db::{
    Tx,
    paging::{Cursor, Slice},
};

/// Entries per page: few enough that a test's list has several pages, the last not full.
pub const A_PAGE: i64 = 3;

/// Reads a list to its end and back to its beginning; returns what is on the pages on the way there.
///
/// `page` reads one page and returns the names of its entries.
pub async fn there_and_back<K>(tx: &mut Tx, page: impl AsyncFn(&mut Tx, Cursor<K>) -> Slice<K>) -> Vec<K>
where
    K: Clone + PartialEq + Debug + Display + FromStr,
{
    let read = |link: Option<String>| link.and_then(|entry| entry.parse::<K>().ok());
    let (mut pages, mut cursor) = (Vec::new(), Cursor::Start);
    loop {
        let slice = page(tx, cursor).await;
        let next = read(slice.next(K::clone));
        pages.push(slice);
        match next {
            Some(last) => cursor = Cursor::After(last),
            None => break,
        }
    }
    assert!(pages[0].previous(K::clone).is_none());
    for (number, slice) in pages.iter().enumerate().skip(1).rev() {
        let first = read(slice.previous(K::clone)).unwrap();
        let before = page(tx, Cursor::Before(first)).await;
        assert_eq!(before.entries, pages[number - 1].entries, "back to page {number}");
        assert_eq!(before.previous(K::clone).is_some(), number > 1);
        assert_eq!(before.next(K::clone), before.entries.last().map(ToString::to_string));
    }
    pages.into_iter().flat_map(|slice| slice.entries).collect()
}
