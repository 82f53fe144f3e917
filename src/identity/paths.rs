/// A path of this site, or nothing: a link may not lead elsewhere after signing in. Browsers skip tabs and line breaks in addresses, so there may be none
/// between the slashes.
pub fn own_path(next: &str) -> Option<&str> {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|character: char| character == '\\' || character.is_control());
    own.then_some(next)
}
