//! Names may be right-to-left text; inside a sentence they must be isolated, or they change the order of the words around them.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    ImplItemFn, ItemFn,
    visit::{self, Visit},
};

use crate::testing::sources;

/// Variables, fields and functions that hold names of people, businesses, providers, services and vehicles.
const NAMES: [&str; 15] = [
    "actor_name",
    "brand",
    "contact_name",
    "first_name",
    "inviter",
    "name",
    "operator_name",
    "provider_name",
    "receiver",
    "service",
    "service_name",
    "staff",
    "tagline",
    "user_name",
    "vehicle",
];

/// Files and folders where these names mean something else, and what.
const NAME_OTHER_THINGS: [(&str, &str); 10] = [
    ("doctor.rs", "checks"),
    ("places/geocoding/", "the parts of an address"),
    ("migrate.rs", "databases"),
    ("privacy/person.rs", "tables"),
    ("seeds/", "rows of files, to their author"),
    ("server/streams.rs", "topics"),
    ("server/show.rs", "files"),
    ("telemetry.rs", "metrics"),
    ("ui/", "styles"),
    ("words/", "values of sentences"),
];

#[test]
fn a_name_in_a_sentence_is_isolated() {
    let mut complaints = Vec::new();
    let mut sentences = 0;
    for source in sources() {
        let mut functions = Functions::default();
        functions.visit_file(&syn::parse_file(&source.code).unwrap());
        sentences += functions.sentences;
        if NAME_OTHER_THINGS.iter().all(|(path, _)| !source.path.starts_with(path)) {
            let bare = functions.bare.into_iter();
            complaints.extend(bare.map(|bare| format!("{}: {bare} isn't isolated by engine::field", source.path)));
        }
    }
    assert!(sentences > 800, "only {sentences} sentences were found");
    assert!(complaints.is_empty(), "{}\n{} names", complaints.join("\n"), complaints.len());
}

#[test]
fn the_law_tells_isolated_names_from_bare_ones() {
    let bare = |body: &str| {
        let mut functions = Functions::default();
        functions.visit_file(&syn::parse_str(&format!("fn f() {{ {body} }}")).unwrap());
        functions.bare.len()
    };
    assert_eq!(bare(r#"format!("Call {}", isolated(&user.name))"#), 0);
    assert_eq!(bare(r#"let name = isolated(&user.name); format!("Call {name}")"#), 0);
    assert_eq!(bare(r#"format!("field-{name}")"#), 0);
    assert_eq!(bare(r#"format!("{} min", service.minutes)"#), 0);
    assert_eq!(bare(r#"format!("Call {}", user.name)"#), 1);
    assert_eq!(bare(r#"format!("Call {}", short(&user.name.clone()))"#), 1);
    assert_eq!(bare(r#"let name = &user.name; format!("Call {name} and {name}")"#), 2);
    assert_eq!(bare(r#"format!("{1} calls {0}", phone, user.first_name())"#), 1);
    assert_eq!(bare(r#"write!(f, "{who} calls", who = user.name)"#), 1);
    assert_eq!(bare(r#"t!("admin-call", name = isolated(&user.name))"#), 0);
    assert_eq!(bare(r#"t!("admin-call", name = user.name)"#), 1);
    assert_eq!(bare(r#"view! { <p title=format!("Call {}", user.name)>{name}</p> }"#), 1);
}

/// The functions of a file, and what their sentences interpolate unchanged.
#[derive(Default)]
struct Functions {
    sentences: usize,
    bare: Vec<String>,
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.look_into(function.block.to_token_stream());
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.look_into(function.block.to_token_stream());
        visit::visit_impl_item_fn(self, function);
    }
}

impl Functions {
    fn look_into(&mut self, body: TokenStream) {
        let isolated = isolated_variables(body.clone());
        let sentences = sentences(body);
        self.sentences += sentences.len();
        for Sentence { text, arguments } in sentences {
            let bare = arguments.into_iter().filter(|argument| is_bare_name(argument, &isolated));
            self.bare.extend(bare.map(|argument| format!("`{argument}` in {text}")));
        }
    }
}

fn is_bare_name(argument: &TokenStream, isolated: &HashSet<String>) -> bool {
    let words = identifiers(argument.clone());
    let is_isolated = words.iter().any(|word| word == "isolated") || words.len() == 1 && isolated.contains(&words[0]);
    !is_isolated && holds_name(argument.clone())
}

/// Whether the expression ends with a name, or has one as an argument: not `service.expected_minutes`, but `label(&user.name)`.
fn holds_name(expression: TokenStream) -> bool {
    let tokens: Vec<_> = expression.into_iter().collect();
    let ends_at = |nth: usize| match tokens.get(nth + 1..nth + 3) {
        Some([dot, TokenTree::Ident(next)]) => {
            !is_punctuation(dot, '.') || ["as_str", "clone"].iter().any(|same| next == same)
        }
        _ => true,
    };
    tokens.iter().enumerate().any(|(nth, token)| match token {
        TokenTree::Ident(word) => NAMES.iter().any(|name| word == name) && ends_at(nth),
        TokenTree::Group(group) => holds_name(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn identifiers(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(word) => vec![word.to_string()],
        TokenTree::Group(group) => identifiers(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    });
    words.flatten().collect()
}

/// Variables bound by `let name = isolated(…);`.
fn isolated_variables(body: TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    let tokens: Vec<_> = body.into_iter().collect();
    for (nth, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "let" => {
                let mut sides =
                    tokens[nth + 1..].split(|token| is_punctuation(token, '=') || is_punctuation(token, ';'));
                let mut words = || identifiers(sides.next().unwrap_or_default().iter().cloned().collect());
                let (bound, value) = (words(), words());
                if value.iter().any(|word| word == "isolated") {
                    found.extend(bound);
                }
            }
            TokenTree::Group(group) => found.extend(isolated_variables(group.stream())),
            _ => {}
        }
    }
    found
}

fn is_punctuation(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// A format string with a space in it or the key of a sentence, and its arguments.
struct Sentence {
    text: String,
    arguments: Vec<TokenStream>,
}

/// All calls of `format!`, `t!` and similar macros, including those inside other macros.
fn sentences(tokens: TokenStream) -> Vec<Sentence> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for (nth, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        found.extend(sentences(group.stream()));
        if group.delimiter() != Delimiter::Parenthesis || nth < 2 || !is_punctuation(&tokens[nth - 1], '!') {
            continue;
        }
        match tokens[nth - 2].to_string().as_str() {
            "format" | "format_args" | "write" | "writeln" => found.extend(sentence(group.stream())),
            "t" => found.extend(of_the_catalogue(group.stream())),
            _ => {}
        }
    }
    found
}

fn sentence(arguments: TokenStream) -> Option<Sentence> {
    let arguments: Vec<TokenTree> = arguments.into_iter().collect();
    let mut parts = arguments.split(|token| is_punctuation(token, ',')).skip_while(|part| literal(part).is_none());
    let text = literal(parts.next()?)?;
    let parts: Vec<&[TokenTree]> = parts.filter(|part| !part.is_empty()).collect();
    let mut next = 0;
    let arguments = placeholders(&text).into_iter().map(|place| {
        if place.is_empty() {
            next += 1;
            return stream(parts.get(next - 1));
        }
        match place.parse::<usize>() {
            Ok(nth) => stream(parts.get(nth)),
            Err(_) => named(&parts, &place).unwrap_or_else(|| place.parse().unwrap()),
        }
    });
    let arguments = arguments.collect();
    text.contains(' ').then_some(Sentence { text, arguments })
}

/// A sentence with values by its key: `"admin-call", name = name`.
fn of_the_catalogue(arguments: TokenStream) -> Option<Sentence> {
    let arguments: Vec<TokenTree> = arguments.into_iter().collect();
    let mut parts = arguments.split(|token| is_punctuation(token, ','));
    let text = literal(parts.next()?)?;
    let values = parts.filter_map(|part| part.get(2..)).map(|value| value.iter().cloned().collect()).collect();
    Some(Sentence { text, arguments: values })
}

fn literal(part: &[TokenTree]) -> Option<String> {
    match part {
        [TokenTree::Literal(literal)] => {
            syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
        }
        _ => None,
    }
}

fn stream(part: Option<&&[TokenTree]>) -> TokenStream {
    part.map(|part| part.iter().cloned().collect()).unwrap_or_default()
}

/// The value of `who = user.name`.
fn named(parts: &[&[TokenTree]], name: &str) -> Option<TokenStream> {
    parts.iter().find_map(|part| match part {
        [TokenTree::Ident(word), equals, value @ ..] if word == name && is_punctuation(equals, '=') => {
            Some(value.iter().cloned().collect())
        }
        _ => None,
    })
}

/// The names between the braces of a format string, before a colon.
fn placeholders(text: &str) -> Vec<String> {
    let text = text.replace("{{", "").replace("}}", "");
    let inside = text.split('{').skip(1).filter_map(|part| part.split('}').next());
    inside.map(|place| place.split(':').next().unwrap_or_default().trim().to_owned()).collect()
}
