//! `docs/security.md` names the tests for its claims. This fails if a named test or file doesn't exist.

use std::path::Path;

use super::files;

/// The fewest words in a test's name; shorter names are functions and tables.
const FEWEST_WORDS: usize = 4;

#[test]
fn every_test_and_file_that_the_security_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let code: String = files().into_iter().map(|file| file.code).collect();
    let mut named = 0;
    for span in page.split('`').skip(1).step_by(2) {
        let is_name = span.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if is_name && span.split('_').count() >= FEWEST_WORDS {
            assert!(code.contains(&format!("fn {span}(")), "there is no test `{span}`");
            named += 1;
        }
        if ["src/", "engine/", "end2end/", "migrations/", "docs/"].iter().any(|folder| span.starts_with(folder)) {
            let path = span.split("::").next().unwrap_or(span);
            assert!(root.join(path).exists(), "there is no `{path}`");
        }
    }
    assert!(named > 60, "the page names {named} tests");
}
