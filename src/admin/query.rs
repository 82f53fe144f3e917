//! Filters, order and page of a list, kept in the address.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::server::Visit;

pub(crate) const PER_PAGE: i64 = 25;

/// A filter from the address. An invalid one is ignored.
pub(crate) fn filter<T: FromStr>(visit: &Visit, name: &str) -> Option<T> {
    visit.query(name).and_then(|text| text.parse().ok())
}

/// A day from the address, limited to the range that a list can contain; an invalid one is ignored.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day");
    const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 30).expect("a day");
    text.parse().ok().map(|day: NaiveDate| day.clamp(FIRST, LAST))
}

/// The address of a list with these filters, for adding an order and a page.
pub(crate) fn address(path: &str, filters: &[(&str, Option<&str>)]) -> String {
    let set = filters.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// How many entries precede the requested page.
pub(crate) fn offset(page: i64) -> i64 {
    (page - 1) * PER_PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_limited_to_what_the_database_can_store() {
        let text = |typed| day(typed).map(|day| day.to_string());
        assert_eq!(text("2026-03-03").as_deref(), Some("2026-03-03"));
        assert_eq!(text("-9999-01-01").as_deref(), Some("1900-01-01"));
        assert_eq!(text("+200000-01-01").as_deref(), Some("9999-12-30"));
        assert_eq!(text("yesterday"), None);
    }

    #[test]
    fn only_filters_that_are_set_are_in_the_address() {
        assert_eq!(address("/admin/bookings", &[("phase", None), ("q", None)]), "/admin/bookings");
        assert_eq!(
            address("/admin/bookings", &[("phase", Some("completed")), ("q", Some("a&b c"))]),
            "/admin/bookings?phase=completed&q=a%26b+c"
        );
    }
}
