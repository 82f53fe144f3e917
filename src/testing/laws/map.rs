//! The guide to a new kind of business names all it may say, and nothing it may say is without a user.

use std::collections::BTreeSet;

use syn::{ImplItem, Item, TraitItem};

use crate::testing::files;

/// Said by nobody, because its default is what the demo does.
const BY_DEFAULT: &str = "play_turn";

fn parsed(code: &str) -> Vec<Item> {
    syn::parse_file(code).unwrap().items
}

/// What a kind of business may say.
fn items_of_a_kind() -> BTreeSet<String> {
    let declared = files().into_iter().find(|file| file.path == "verticals/kind.rs").unwrap();
    let items = parsed(&declared.code).into_iter().find_map(|item| match item {
        Item::Trait(kind) if kind.ident == "Kind" => Some(kind.items),
        _ => None,
    });
    let names = items.unwrap().into_iter().filter_map(|item| match item {
        TraitItem::Const(constant) => Some(constant.ident.to_string()),
        TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

/// What the kinds of business say, those of the tests among them.
fn items_said() -> BTreeSet<String> {
    let speaks = files().into_iter().filter(|file| file.code.contains("impl Kind for "));
    let items = speaks.flat_map(|file| parsed(&file.code)).filter_map(|item| match item {
        Item::Impl(said) if said.trait_.as_ref().is_some_and(|(_, path, _)| path.is_ident("Kind")) => Some(said.items),
        _ => None,
    });
    let names = items.flatten().filter_map(|item| match item {
        ImplItem::Const(constant) => Some(constant.ident.to_string()),
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

#[test]
fn the_guide_to_a_new_kind_of_business_names_everything_it_may_say() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = std::fs::read_to_string(page).unwrap();
    let guide = page.split("### Add a kind of business").nth(1).unwrap().split("\n## ").next().unwrap();
    let named: BTreeSet<&str> = guide.split('`').skip(1).step_by(2).collect();
    let missing: Vec<String> = items_of_a_kind().into_iter().filter(|item| !named.contains(item.as_str())).collect();
    assert!(missing.is_empty(), "docs/architecture.md doesn't name {missing:?}");
}

#[test]
fn everything_a_kind_of_business_may_say_is_said_by_one() {
    let said = items_said();
    let unsaid: Vec<String> =
        items_of_a_kind().into_iter().filter(|item| !said.contains(item) && item != BY_DEFAULT).collect();
    assert!(unsaid.is_empty(), "nobody uses {unsaid:?}");
}
