use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};

use super::{catalogues, *};
use crate::testing::{Source, sources};

/// Folders and files whose sentences are all keys. The others follow.
const WRITTEN: [&str; 1] = [""];

/// Files of these folders whose sentences still stand in the code.
const NOT_YET: [&str; 0] = [];

/// Files without sentences for readers of pages: the texts in them are for the log, the command line, the database or robots.
const NOT_FOR_READERS: [&str; 13] = [
    "audit/store.rs",
    "identity/browser.rs",
    "identity/oidc/conversation.rs",
    "identity/oidc/network.rs",
    "operator/command.rs",
    "operator/context.rs",
    "operator/store/impersonations.rs",
    "privacy/identifiers.rs",
    "privacy/map.rs",
    "privacy/person.rs",
    "tenants/pages/files.rs",
    "tenants/settings.rs",
    "tenants/store.rs",
];

/// Macros and attributes whose texts nobody reads on a page.
const UNREAD: [&str; 19] = [
    "assert",
    "concat",
    "debug",
    "error",
    "expect",
    "include_str",
    "info",
    "info_span",
    "json",
    "panic",
    "phrase",
    "query",
    "query_as",
    "query_scalar",
    "server",
    "t",
    "trace",
    "warn",
    "codes",
];

/// The variables of each message, by key.
fn messages() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut last = None;
    for line in catalogues::sources(Language::English).flat_map(str::lines) {
        if let Some((key, _)) = line.split_once(" =").filter(|(key, _)| !key.contains([' ', '{'])) {
            assert!(found.insert(key.to_owned(), BTreeSet::new()).is_none(), "{key} is there twice");
            last = Some(key.to_owned());
        }
        let Some(variables) = last.as_ref().and_then(|key| found.get_mut(key)) else { continue };
        let names =
            line.split("{ $").skip(1).map(|rest| rest.split(|end: char| !end.is_alphanumeric() && end != '_').next());
        variables.extend(names.flatten().map(str::to_owned));
    }
    found
}

/// What the code says: each key with the values that it is given.
fn said() -> Vec<(String, String, BTreeSet<String>)> {
    let mut said = Vec::new();
    for source in sources() {
        walk(&source, &mut |name, tokens| {
            if name == "t" || name == "phrase" {
                said.extend(call(tokens).map(|(key, values)| (source.path.clone(), key, values)));
            }
        });
    }
    said
}

/// The key and the names of the values in `"key", name = value, …`; `None` for a key that isn't literal, like that of the macro itself.
fn call(tokens: &TokenStream) -> Option<(String, BTreeSet<String>)> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let key = tokens.first()?.to_string();
    let key = key.strip_prefix('"')?.strip_suffix('"')?.to_owned();
    let named = tokens.windows(3).filter(|three| three[0].to_string() == "," && three[2].to_string() == "=");
    Some((key, named.map(|three| three[1].to_string()).collect()))
}

/// Calls `visit` with the name and the tokens of every macro call, also inside of others.
fn walk(source: &Source, visit: &mut impl FnMut(&str, &TokenStream)) {
    let tokens = source.code.parse().unwrap_or_else(|error| panic!("{}: {error}", source.path));
    walk_tokens(tokens, visit);
}

fn walk_tokens(tokens: TokenStream, visit: &mut impl FnMut(&str, &TokenStream)) {
    let mut before = [String::new(), String::new()];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            if before[1] == "!" {
                visit(&before[0], &group.stream());
            }
            walk_tokens(group.stream(), visit);
        }
        before = [std::mem::take(&mut before[1]), token.to_string()];
    }
}

#[test]
fn every_sentence_that_the_code_says_is_in_the_catalogue_with_the_same_values() {
    let messages = messages();
    let said = said();
    assert!(said.len() > 500, "{}", said.len());
    let wrong: Vec<_> = said.iter().filter(|(_, key, values)| messages.get(key) != Some(values)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_sentence_of_the_catalogue_is_said() {
    let said: BTreeSet<String> = said().into_iter().map(|(_, key, _)| key).collect();
    let unsaid: Vec<_> = messages().into_keys().filter(|key| !said.contains(key)).collect();
    assert!(unsaid.is_empty(), "{unsaid:#?}");
}

#[test]
fn a_page_has_no_sentence_outside_of_the_catalogue() {
    let mut literal = Vec::new();
    let written = |source: &&Source| {
        WRITTEN.iter().any(|folder| source.path.starts_with(folder))
            && !NOT_FOR_READERS.contains(&source.path.as_str())
            && !NOT_YET.contains(&source.path.as_str())
    };
    for source in sources().iter().filter(written) {
        let tokens: TokenStream = source.code.parse().unwrap();
        literals(tokens, &mut |text| {
            if is_sentence(text) {
                literal.push(format!("{}: {text}", source.path));
            }
        });
    }
    assert!(literal.is_empty(), "{} sentences:\n{}", literal.len(), literal.join("\n"));
}

/// Calls `visit` with every text that isn't in one of the macros and attributes of [`UNREAD`].
fn literals(tokens: TokenStream, visit: &mut impl FnMut(&str)) {
    let mut before = [String::new(), String::new()];
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                let name = if before[1] == "!" { &before[0] } else { &before[1] };
                if before[1] != "#" && !UNREAD.contains(&name.as_str()) {
                    literals(group.stream(), visit);
                }
            }
            TokenTree::Literal(text) => {
                let text = text.to_string();
                if let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    visit(text);
                }
            }
            _ => {}
        }
        before = [std::mem::take(&mut before[1]), token.to_string()];
    }
}

/// Two words with a space between, of which the first begins like a sentence or the second isn't part of a name: enough to be read by somebody.
fn is_sentence(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
    let first = words.next();
    let begins = first.is_some_and(|word| word.trim_start_matches('“').starts_with(|c: char| c.is_ascii_uppercase()));
    begins && words.next().is_some()
}

#[test]
fn a_sentence_is_filled_and_a_number_chooses_its_form() {
    assert_eq!(t!("account-sign-out"), "Sign out");
    assert_eq!(t!("account-text-a-code-to", phone = "555 0100"), "Text a code to 555 0100");
    assert_eq!(fill("account-text-a-code-to", [("phone", Value::value(&count(2_u8)))]), "Text a code to 2");
}

#[tokio::test]
async fn work_is_done_in_the_language_that_it_is_given() {
    assert_eq!(in_language(Language::English, async { language() }).await, Language::English);
    assert_eq!(language(), Language::English, "outside of a request");
}
