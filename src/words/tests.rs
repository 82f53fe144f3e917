use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use proc_macro2::{Literal, TokenStream, TokenTree};

use super::{catalogues, *};
use crate::testing::{Source, files, files_below, sources};

/// Files without sentences for readers of pages: the texts in them are for the log, the command line, the database or robots, or are names of systems.
const NOT_FOR_READERS: [&str; 18] = [
    "app.rs",
    "audit/store.rs",
    "doctor/",
    "identity/browser.rs",
    "identity/oidc/conversation.rs",
    "identity/oidc/network.rs",
    "operator/command.rs",
    "operator/context.rs",
    "operator/store/impersonations.rs",
    "privacy/map.rs",
    "privacy/person.rs",
    "seeds/",
    "server/serve.rs",
    "telemetry.rs",
    "tenants/pages/files.rs",
    "tenants/settings.rs",
    "tenants/store.rs",
    "ui/gallery/",
];

/// Macros, attributes and functions whose texts nobody reads on a page.
const UNREAD: [&str; 21] = [
    "assert",
    "concat",
    "debug",
    "derive",
    "error",
    "expect",
    "include_str",
    "info",
    "info_span",
    "internal",
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
    let of_the_toy = files().into_iter().filter(|file| file.path.starts_with("testing/toy/"));
    for source in sources().into_iter().chain(of_the_toy) {
        walk(&source, &mut |name, tokens| {
            if name == "t" || name == "phrase" {
                said.extend(call(tokens).map(|(key, values)| (source.path.clone(), key, values)));
            }
        });
    }
    for (path, script) in scripts() {
        let keys = script.split("sentence(\"").skip(1).filter_map(|rest| rest.split('"').next());
        said.extend(keys.map(|key| (path.clone(), key.to_owned(), BTreeSet::new())));
    }
    said
}

/// The scripts of the pages, with their paths.
fn scripts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    let found = ["scripts", "vendor"].into_iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let paths = found.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "js"));
    paths
        .map(|path| {
            let name = format!("public/{}", path.strip_prefix(&root).unwrap().display());
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The key and the names of the values in `"key", name = value, …`; `None` for a key that isn't literal, like that of the macro itself.
fn call(tokens: &TokenStream) -> Option<(String, BTreeSet<String>)> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let key = tokens.first()?.to_string();
    let key = key.strip_prefix('"')?.strip_suffix('"')?.to_owned();
    // In `t!` a name has a value, in `phrase!` none.
    let is_name = |at: &usize| {
        tokens[at - 1].to_string() == ","
            && tokens.get(at + 1).is_none_or(|next| ["=", ","].contains(&&*next.to_string()))
    };
    Some((key, (2..tokens.len()).filter(is_name).map(|at| tokens[at].to_string()).collect()))
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

/// A translator reads the key: a number says nothing about what tells two sentences apart.
#[test]
fn keys_are_in_order_and_none_ends_with_a_number() {
    for source in catalogues::sources(Language::English) {
        let keys: Vec<_> = source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
        let keys: Vec<_> = keys.into_iter().filter(|key| !key.contains([' ', '{'])).collect();
        assert!(keys.is_sorted(), "{:?}", keys.windows(2).find(|pair| pair[0] > pair[1]));
        let numbered: Vec<_> = keys.iter().filter(|key| key.ends_with(|last: char| last.is_ascii_digit())).collect();
        assert!(numbered.is_empty(), "{numbered:?}");
    }
}

/// Their islands and scripts have no other sentences, and fill in values at most.
#[test]
fn the_browser_says_only_what_its_page_carries() {
    let in_the_browser =
        |path: &str| path.contains("/islands/") || path.starts_with("public/") || path.ends_with("roadside/pricing.rs");
    let is_carried = |key: &str| key.starts_with("scripts-") || key.contains("-islands-");
    let wrong: Vec<_> = said().into_iter().filter(|(path, key, _)| in_the_browser(path) != is_carried(key)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let sources: Vec<_> = catalogues::sources(Language::English).flat_map(str::lines).collect();
    let chosen = sources.iter().filter(|line| is_carried(line) && (line.ends_with("->") || line.contains("{\"")));
    assert_eq!(chosen.collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// A script's sentence would be a literal between quotes that begins with a capital letter and has two words.
#[test]
fn a_script_has_no_sentence_outside_of_the_catalogue() {
    let mut literal = Vec::new();
    for (path, script) in scripts() {
        let code = script.lines().filter(|line| !line.trim_start().starts_with(['/', '*']));
        for text in code.flat_map(|line| line.split(['"', '`']).skip(1).step_by(2)).filter(|text| is_sentence(text)) {
            literal.push(format!("{path}: {text}"));
        }
    }
    assert!(literal.is_empty(), "{literal:#?}");
}

#[test]
fn a_page_has_no_sentence_outside_of_the_catalogue() {
    let mut literal = Vec::new();
    let is_read = |source: &&Source| !NOT_FOR_READERS.iter().any(|path| source.path.starts_with(path));
    for source in sources().iter().filter(is_read) {
        let tokens: TokenStream = source.code.parse().unwrap();
        literals(tokens, &mut |text| {
            if is_sentence(text) {
                literal.push(format!("{}: {text}", source.path));
            }
        });
    }
    assert!(literal.is_empty(), "{} sentences:\n{}", literal.len(), literal.join("\n"));
}

/// The code that asks for a price gives the labels of its lines, in the language in which the price is made.
#[test]
fn a_price_has_no_words_of_its_own() {
    let rules = files_below("engine/src/quote", ".rs").into_iter().filter(|file| !file.path.ends_with("tests.rs"));
    let rules: Vec<Source> = rules.map(Source::without_tests).collect();
    assert!(rules.len() > 10, "{} files", rules.len());
    let mut literal = Vec::new();
    for source in &rules {
        literals(source.code.parse().unwrap(), &mut |text| {
            if text.starts_with(|first: char| first.is_uppercase()) {
                literal.push(format!("{}: {text}", source.path));
            }
        });
    }
    assert!(literal.is_empty(), "{literal:#?}");
}

/// The parts of the application whose texts people read, but not those that only go to the database.
const FOR_READERS: [&str; 21] = [
    "account/",
    "admin/",
    "bookings/",
    "catalog/",
    "customers/",
    "db/",
    "dispatch/",
    "fulfilment/",
    "identity/",
    "invites/",
    "operator/",
    "payments/",
    "payouts/",
    "places/",
    "portal/",
    "privacy/",
    "providers/",
    "reviews/",
    "tenants/pages/",
    "ui/",
    "verticals/",
];

#[test]
fn no_part_of_a_sentence_is_outside_of_the_catalogue() {
    let mut literal = Vec::new();
    let is_read = |source: &&Source| {
        FOR_READERS.iter().any(|path| source.path.starts_with(path))
            && !source.path.ends_with("/demo.rs")
            && !NOT_FOR_READERS.iter().any(|path| source.path.starts_with(path))
    };
    for source in sources().iter().filter(is_read) {
        let tokens: TokenStream = source.code.parse().unwrap();
        literals(tokens, &mut |text| {
            if is_part_of_a_sentence(text) && !is_sql(text) {
                literal.push(format!("{}: {text}", source.path));
            }
        });
    }
    assert!(literal.is_empty(), "{} texts:\n{}", literal.len(), literal.join("\n"));
}

/// Words in lower case that stand between other texts, like " and to " or "from {amount}", or three of them by themselves.
fn is_part_of_a_sentence(text: &str) -> bool {
    let outside = text.split(['{', '}']).step_by(2);
    let words: Vec<&str> = outside.flat_map(str::split_whitespace).collect();
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
    let continues = text.contains('{') || text.starts_with(' ') || text.ends_with(' ');
    let least = if continues { 1 } else { 3 };
    text.contains(char::is_whitespace) && words.len() >= least && words.iter().all(is_word)
}

fn is_sql(text: &str) -> bool {
    ["select", "from bookings", "limit", "order by", "desc"].iter().any(|word| text.trim_start().starts_with(word))
}

#[test]
fn a_part_of_a_sentence_is_told_from_names_and_statements() {
    for text in [" and to ", " or ", "from {least}", "{} and {last}", "from the device", "from "] {
        assert!(is_part_of_a_sentence(text), "{text}");
    }
    for text in ["button button-quiet", "badge badge-{}", "muted small", "{name} · {}", "/admin/bookings", " · ", "a"]
    {
        assert!(!is_part_of_a_sentence(text), "{text}");
    }
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
            TokenTree::Literal(literal) => {
                if let Some(text) = text_of(literal) {
                    visit(&text);
                }
            }
            _ => {}
        }
        before = [std::mem::take(&mut before[1]), token.to_string()];
    }
}

fn text_of(literal: &Literal) -> Option<String> {
    Some(literal.to_string().strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// A language may have more forms than two, so the catalogue chooses between them.
#[test]
fn no_plural_is_outside_of_the_catalogue() {
    let mut literal = Vec::new();
    let is_read = |source: &&Source| !NOT_FOR_READERS.iter().any(|path| source.path.starts_with(path));
    for source in sources().iter().filter(is_read) {
        for [one, many] in neighbors(source.code.parse().unwrap()) {
            if is_plural(&one, &many) {
                literal.push(format!("{}: {one}, {many}", source.path));
            }
        }
    }
    assert!(literal.is_empty(), "{literal:#?}");
}

/// Every two texts side by side, like `"day", "days"`.
fn neighbors(tokens: TokenStream) -> Vec<[String; 2]> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let both = |three: &[TokenTree]| match three {
        [TokenTree::Literal(one), TokenTree::Punct(comma), TokenTree::Literal(many)] if comma.as_char() == ',' => {
            Some([text_of(one)?, text_of(many)?])
        }
        _ => None,
    };
    let mut found: Vec<_> = tokens.windows(3).filter_map(both).collect();
    for token in tokens {
        if let TokenTree::Group(group) = token {
            found.extend(neighbors(group.stream()));
        }
    }
    found
}

fn is_plural(one: &str, many: &str) -> bool {
    many.strip_prefix(one) == Some("s")
        || one.strip_suffix('y').is_some_and(|stem| many.strip_prefix(stem) == Some("ies"))
}

#[test]
fn a_plural_is_told_from_other_texts_side_by_side() {
    let plurals = |code: &str| {
        let found = neighbors(code.parse().unwrap());
        found.iter().filter(|[one, many]| is_plural(one, many)).count()
    };
    assert_eq!(plurals(r#"counted(found, "day", "days")"#), 1);
    assert_eq!(plurals(r#"[("entry", "entries"), ("job", "jobs")]"#), 2);
    assert_eq!(plurals(r#"format!("{number} {}", choose(number, "", "s"))"#), 1);
    assert_eq!(plurals(r#"["days", "day", "hour", "minutes", "address", "addressee"]"#), 0);
    assert_eq!(plurals(r#"("day", 2, "days")"#), 0);
}

/// Two words, of which the first begins like a sentence: enough to be read by somebody. What begins in capitals is a setting or a statement.
fn is_sentence(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
    let first = words.next().map(|word| word.trim_start_matches('“'));
    let begins =
        |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains(|c: char| c.is_lowercase());
    first.is_some_and(begins) && words.next().is_some()
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
