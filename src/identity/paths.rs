/// A path of this site, or none: a link must not lead to another site after signing in. Browsers ignore tabs and line breaks in addresses, so none
/// may be between the slashes.
pub fn own_path(next: &str) -> Option<&str> {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|character: char| character == '\\' || character.is_control());
    own.then_some(next)
}
