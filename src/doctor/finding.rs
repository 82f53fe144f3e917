/// The result of one check.
pub(super) enum Finding {
    Good(String),
    /// Optional and not configured; says how to enable it.
    Off(String),
    /// Broken; says how to fix it.
    Bad(String),
}

/// Good if nothing was found, else a complaint.
pub(super) fn judge(found: &[String], sound: &str, remedy: &str) -> Finding {
    if found.is_empty() { Finding::Good(sound.into()) } else { Finding::Bad(complaint(found, remedy)) }
}

/// Lists what was found, and how to repair it.
pub(super) fn complaint(found: &[String], remedy: &str) -> String {
    const SHOWN: usize = 5;
    let names = found.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = found.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{names}{more}: {remedy}; a restore by hand loses this: restore with `bin/restore` (docs/backup.md)")
}
