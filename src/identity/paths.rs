/// Accepts only paths of this site: a link must not lead to another site after signing in. Browsers ignore tabs and line breaks in
/// addresses, so these are rejected too.
pub fn own_path(next: &str) -> Option<&str> {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|character: char| character == '\\' || character.is_control());
    own.then_some(next)
}
