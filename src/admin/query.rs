//! Lists keep their filters, order and page in the address.

use std::str::FromStr;

use crate::server::Visit;

/// How many entries a page of a list has.
pub(crate) const PER_PAGE: i64 = 25;

/// A filter out of the address. What nobody's form could have sent filters nothing.
pub(crate) fn filter<T: FromStr>(visit: &Visit, name: &str) -> Option<T> {
    visit.query(name).and_then(|text| text.parse().ok())
}

/// The address of a list with the filters that are set, to which order and page are added.
pub(crate) fn address(path: &str, filters: &[(&str, Option<&str>)]) -> String {
    let set = filters.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// How many entries come before the page asked for.
pub(crate) fn offset(page: i64) -> i64 {
    (page - 1) * PER_PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_filters_that_are_set_are_in_the_address() {
        assert_eq!(address("/admin/bookings", &[("phase", None), ("q", None)]), "/admin/bookings");
        assert_eq!(
            address("/admin/bookings", &[("phase", Some("completed")), ("q", Some("a&b c"))]),
            "/admin/bookings?phase=completed&q=a%26b+c"
        );
    }
}
