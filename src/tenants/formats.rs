/// Time formats that a tenant can choose, by the country where they are usual: BCP 47 tags. The pages are in English in any case.
pub const FORMATS: [(&str, &str); 4] = [
    ("en-US", "United States: Tue, Mar 3, 2:05 PM"),
    ("en-GB", "United Kingdom: Tue 3 Mar, 14:05"),
    ("de-DE", "Germany: Tue 3 Mar, 14:05"),
    ("ru-KZ", "Kazakhstan: Tue 3 Mar, 14:05"),
];

/// The name of a time format; its tag if it is no longer offered.
pub fn format_name(tag: &str) -> String {
    FORMATS.iter().find(|(known, _)| *known == tag).map_or_else(|| tag.to_owned(), |(_, name)| (*name).to_owned())
}
