//! What the core may know of a kind of business.

use quote::ToTokens;
use syn::{
    Attribute, ItemStruct,
    visit::{self, Visit},
};

use crate::{
    testing::{Source, files, files_below, sources},
    verticals::Vertical,
};

/// The next kinds: their folders must not begin with an edit of the core.
const TO_COME: [&str; 5] = ["maintenance", "rides", "activities", "parking", "field_service"];

/// Files of the core that name a kind of business, and why.
const MAY_NAME: [(&str, &str); 5] = [
    ("src/verticals/mod.rs", "the modules of the kinds"),
    ("src/verticals/registry.rs", "the registry"),
    ("src/verticals/vertical.rs", "the registry"),
    ("src/testing/first_kind.rs", "tests of the core need bookings, and a booking has a kind"),
    ("src/testing/laws/kinds.rs", "this law"),
];

/// Rows on which migrations are rehearsed: their businesses offer what the release offered.
const REHEARSED: &str = "bin/lib/migrations/";

/// Migrations from before there was a second kind.
const OLD_MIGRATIONS: &str = "0050";

/// Its folder and the registry name a kind of business, and migrations of its own: else a new one would change the core.
#[test]
fn no_file_of_the_core_names_a_kind_of_business() {
    let known: Vec<&str> = Vertical::ALL.iter().map(|kind| kind.as_str()).collect();
    let core = core();
    assert!(
        ["src/app.rs", "src/testing/builders.rs", "src/words/en/ui.ftl", "engine/src/quote/tax.rs", "bin/dev"]
            .iter()
            .all(|path| core.iter().any(|file| file.path == *path))
    );
    let mut complaints = Vec::new();
    for kind in known.iter().copied().chain(TO_COME) {
        let folder = format!("src/verticals/{kind}/");
        for Source { path, code } in &core {
            let is_of_the_kind = path.starts_with(&folder) || is_migration_of(kind, path);
            let may = is_of_the_kind || MAY_NAME.iter().any(|(file, _)| file == path);
            // A sentence may have the word for a kind to come: a booking's notes tell the level of the parking deck.
            let says_it = path.rsplit('.').next() == Some("ftl") && known.contains(&kind) && has_word(code, kind);
            if !may && (names(code, kind) || says_it) {
                complaints.push(format!("{path} names {kind}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Whether a migration has the kind's code after its number: `0065_rides_seats.up.sql`.
fn is_migration_of(kind: &str, path: &str) -> bool {
    let name = path.strip_prefix("migrations/").and_then(|file| file.split_once('_'));
    let rest = name.and_then(|(_, name)| name.strip_prefix(kind));
    rest.is_some_and(|rest| rest.starts_with(['_', '.']))
}

/// The code of the core and of the kinds without comments, the code that tests share, the sentences, the rules, the scripts and the newer migrations; with
/// their paths in the repository.
fn core() -> Vec<Source> {
    let within = |folder: &'static str| move |file: Source| Source { path: format!("{folder}/{}", file.path), ..file };
    let is_shared = |file: &Source| {
        let mut kinds = Vertical::ALL.iter();
        file.path.starts_with("testing/") && kinds.all(|kind| !file.path.starts_with(&format!("testing/{kind}/")))
    };
    let shared = files().into_iter().filter(is_shared).map(Source::without_tests);
    let mut core: Vec<Source> = sources().into_iter().chain(shared).map(within("src")).collect();
    core.extend(files_below("engine/src", ".rs").into_iter().map(Source::without_tests).map(within("engine/src")));
    let sentences = files_below("src", ".ftl").into_iter().filter(|file| !file.path.starts_with("testing/"));
    core.extend(sentences.map(within("src")));
    let scripts = files_below("bin", "").into_iter().map(within("bin"));
    core.extend(scripts.filter(|file| !file.path.starts_with(REHEARSED)));
    core.extend(files_below("public/scripts", ".js").into_iter().map(within("public/scripts")));
    let migrations = files_below("migrations", ".sql").into_iter();
    core.extend(migrations.filter(|file| file.path.as_str() >= OLD_MIGRATIONS).map(within("migrations")));
    core
}

/// Names that begin like a kind of business and mean something else: a business is closed for maintenance.
const NOT_THE_KIND: [&str; 3] = ["maintenance_since", "maintenance_note", "maintenance_keeps_the_mark"];

/// Whether a text has the code of a kind of business as a name: a variant, a module, a literal, the field of a form, or the beginning of a name. The word
/// alone isn't: a business may be closed for maintenance.
fn names(text: &str, code: &str) -> bool {
    let variant: String = code.split('_').flat_map(|word| [word[..1].to_uppercase(), word[1..].to_owned()]).collect();
    let text = NOT_THE_KIND.iter().fold(text.to_owned(), |text, other| text.replace(other, ""));
    let exact = [
        format!("Vertical::{variant}"),
        format!("verticals::{code}"),
        format!("\"{code}\""),
        format!("'{code}'"),
        format!("[{code}]"),
        format!("{{{code}}}"),
    ];
    let in_a_group = |rest: &str| rest.split('}').next().is_some_and(|group| group.contains(&format!("{code}::")));
    let begins_a_name = |(at, _): (usize, &str)| !text[..at].ends_with(is_of_a_name);
    exact.iter().any(|name| text.contains(name))
        || text.split("verticals::{").skip(1).any(in_a_group)
        || text.match_indices(&format!("{code}_")).any(begins_a_name)
}

/// Whether a text has the word.
fn has_word(text: &str, word: &str) -> bool {
    text.to_lowercase().split(|letter| !is_of_a_name(letter)).any(|found| found == word)
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[test]
fn the_code_of_a_kind_of_business_is_found_as_a_name_and_not_as_a_word() {
    for named in [
        "Vertical::FieldService =>",
        "use verticals::field_service;",
        "verticals::{Vertical, field_service::Visit}",
        "'field_service'",
        "values ('{field_service}')",
        "verticals[field_service]",
        "field_service_bookings",
    ] {
        assert!(names(named, "field_service"), "{named}");
    }
    for word in ["closed for maintenance", "is_in_maintenance", "no_maintenance_today"] {
        assert!(!names(word, "maintenance"), "{word}");
    }
    assert!(
        has_word("ui-help = Roadside help", "roadside") && !has_word("ui-help = Help on the roadsides", "roadside")
    );
    for own in ["migrations/0065_rides.up.sql", "migrations/0065_rides_seats.down.sql"] {
        assert!(is_migration_of("rides", own), "{own}");
    }
    assert!(!is_migration_of("rides", "migrations/0065_wider_rides.up.sql"));
}

/// Only then can a tenant's site know whether it has them.
#[test]
fn the_name_of_a_verticals_server_function_begins_with_its_code() {
    let mut found = 0;
    for kind in Vertical::ALL {
        let folder = format!("verticals/{kind}/");
        for source in sources().iter().filter(|source| source.path.starts_with(&folder)) {
            for name in source.code.split("#[server(endpoint = \"").skip(1) {
                let name = name.split('"').next().unwrap_or_default();
                assert!(name.starts_with(&format!("{kind}_")), "{}: {name}", source.path);
                found += 1;
            }
        }
    }
    assert!(found > 2, "{found} functions");
}

/// A text would be read again wherever it is used. Where a row is shown whose kind only a newer version knows, `IfKnown` reads the column.
#[test]
fn a_kind_of_business_is_never_kept_as_text() {
    let mut structs = Structs::default();
    for source in sources() {
        structs.visit_file(&syn::parse_file(&source.code).unwrap());
    }
    assert!(structs.with_a_kind > 10, "{} structs", structs.with_a_kind);
    assert!(structs.wrong.is_empty(), "{:?}", structs.wrong);
}

#[test]
fn the_law_tells_a_kind_of_business_from_its_text() {
    let wrong = |text: &str| {
        let mut structs = Structs::default();
        structs.visit_file(&syn::parse_str(text).unwrap());
        !structs.wrong.is_empty()
    };
    assert!(wrong("struct Form { vertical: String }"));
    assert!(wrong("struct Listed<'a> { vertical: Option<&'a str> }"));
    assert!(wrong("#[derive(FromRow)] struct Row { vertical: Option<Vertical> }"));
    assert!(!wrong(r#"#[derive(FromRow)] struct Row { #[sqlx(try_from = "IfKnown")] vertical: Option<Vertical> }"#));
    assert!(!wrong("#[derive(FromRow)] struct Row { vertical: Vertical }"));
    assert!(!wrong("struct Job { vertical: Option<Vertical> }"));
}

/// The structs that have a kind of business, and those among them that keep it wrongly.
#[derive(Default)]
struct Structs {
    with_a_kind: usize,
    wrong: Vec<String>,
}

impl<'ast> Visit<'ast> for Structs {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        let is_row = has(&item.attrs, "FromRow");
        let kinds = item.fields.iter().filter(|field| field.ident.as_ref().is_some_and(|name| name == "vertical"));
        for field in kinds {
            self.with_a_kind += 1;
            let kept_as = field.ty.to_token_stream().to_string();
            let is_text = has_word(&kept_as, "string") || has_word(&kept_as, "str");
            let fails_if_unknown = is_row && kept_as.starts_with("Option") && !has(&field.attrs, "IfKnown");
            if is_text || fails_if_unknown {
                self.wrong.push(format!("{}: {kept_as}", item.ident));
            }
        }
        visit::visit_item_struct(self, item);
    }
}

fn has(attributes: &[Attribute], word: &str) -> bool {
    attributes.iter().any(|attribute| attribute.to_token_stream().to_string().contains(word))
}
