/// Languages a tenant can name, with what they are called: BCP 47 tags that also say how numbers and times are written.
pub const LANGUAGES: [(&str, &str); 6] = [
    ("en-US", "English (United States)"),
    ("en-GB", "English (United Kingdom)"),
    ("de-DE", "Deutsch"),
    ("es-US", "Español"),
    ("kk-KZ", "Қазақша"),
    ("ru-KZ", "Русский"),
];

/// What a language is called; its tag when we have no name for it.
pub fn language_name(tag: &str) -> String {
    LANGUAGES.iter().find(|(known, _)| *known == tag).map_or_else(|| tag.to_owned(), |(_, name)| (*name).to_owned())
}
