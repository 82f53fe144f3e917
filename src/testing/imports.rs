//! Which file of the server uses an item of which other file. A re-exported item counts for the file that defines it, so a
//! `mod.rs` hides nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Item, UseTree,
    visit::{self, Visit},
};

use super::sources::Source;

/// Segments of a path, `["crate", "bookings", "store"]`.
type Segments = Vec<String>;

/// A module: the meaning of its names, and its file.
#[derive(Default)]
struct Module {
    file: String,
    items: BTreeSet<String>,
    modules: BTreeSet<String>,
    imports: HashMap<String, Segments>,
    globs: Vec<Segments>,
}

/// All modules of the crate, by path from `crate`.
struct Modules(HashMap<Segments, Module>);

/// For each file, the files whose items it uses.
pub fn between_files(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let parsed: Vec<(&Source, syn::File)> =
        sources.iter().map(|source| (source, syn::parse_file(&source.code).unwrap())).collect();
    let mut modules = Modules(HashMap::new());
    for (source, file) in &parsed {
        modules.declare(module_of(&source.path), &source.path, &file.items);
    }
    let mut uses = BTreeMap::new();
    for (source, file) in &parsed {
        let mut paths = Paths { module: module_of(&source.path), found: BTreeSet::new() };
        paths.visit_file(file);
        let files = paths.found.iter().filter_map(|(module, path)| modules.file_of(module, path));
        let others: BTreeSet<String> = files.filter(|file| *file != source.path).collect();
        uses.insert(source.path.clone(), others);
    }
    uses
}

/// Groups of files that use each other, directly or through others (Tarjan, "Depth-first search and linear graph algorithms", 1972).
pub fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reachable: BTreeMap<&String, BTreeSet<&String>> =
        uses.keys().map(|file| (file, reachable(uses, file))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, others) in &reachable {
        let circle: BTreeSet<String> = others
            .iter()
            .filter(|other| reachable.get(**other).is_some_and(|back| back.contains(*file)))
            .map(|other| (*other).clone())
            .collect();
        if circle.len() > 1 {
            circles.insert(circle.into_iter().collect());
        }
    }
    circles.into_iter().collect()
}

fn reachable<'uses>(uses: &'uses BTreeMap<String, BTreeSet<String>>, start: &String) -> BTreeSet<&'uses String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = uses.get(start).into_iter().flatten().collect();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            open.extend(uses.get(file).into_iter().flatten());
        }
    }
    found
}

/// `reviews/store.rs` is `crate::reviews::store`; `bookings/mod.rs` and `bookings.rs` are `crate::bookings`. The binary is a separate crate.
fn module_of(file: &str) -> Segments {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    match path {
        "lib" => vec!["crate".to_owned()],
        "main" => vec!["main".to_owned()],
        _ => std::iter::once("crate").chain(path.split('/')).map(str::to_owned).collect(),
    }
}

impl Modules {
    fn declare(&mut self, path: Segments, file: &str, items: &[Item]) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items.iter().filter(|item| !is_test(item)) {
            match item {
                Item::Mod(inner) => {
                    module.modules.insert(inner.ident.to_string());
                    if let Some((_, items)) = &inner.content {
                        self.declare(joined(&path, &inner.ident.to_string()), file, items);
                    }
                }
                Item::Use(import) => {
                    for (name, target) in expanded(&import.tree) {
                        match name {
                            Some(name) => drop(module.imports.insert(name, target)),
                            None => module.globs.push(target),
                        }
                    }
                }
                other => module.items.extend(names_of(other)),
            }
        }
        self.0.insert(path, module);
    }

    /// The file that defines what a path means in a module; `None` for a module itself and for other crates.
    fn file_of(&self, module: &Segments, path: &[String]) -> Option<String> {
        match self.meaning(module, path, 0)? {
            Meaning::Item(file) => Some(file),
            Meaning::Module(_) => None,
        }
    }

    fn meaning(&self, from: &Segments, path: &[String], depth: usize) -> Option<Meaning> {
        if depth > 16 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" | "wayside" => Meaning::Module(vec!["crate".to_owned()]),
            "self" => Meaning::Module(from.clone()),
            "super" => Meaning::Module(from.split_last()?.1.to_vec()),
            name => self.member(from, name, rest.is_empty(), depth)?,
        };
        rest.iter().enumerate().try_fold(start, |meaning, (index, name)| match meaning {
            Meaning::Module(module) if name == "super" => Some(Meaning::Module(module.split_last()?.1.to_vec())),
            Meaning::Module(module) => self.member(&module, name, index + 1 == rest.len(), depth),
            // A variant or an associated function counts for its item.
            item @ Meaning::Item(_) => Some(item),
        })
    }

    /// A function may have the same name as its module: at the end of a path, the name means the function.
    fn member(&self, path: &Segments, name: &str, is_end: bool, depth: usize) -> Option<Meaning> {
        let module = self.0.get(path)?;
        if module.items.contains(name) {
            return Some(Meaning::Item(module.file.clone()));
        }
        let submodule = module.modules.contains(name).then(|| Meaning::Module(joined(path, name)));
        if submodule.is_some() && !is_end {
            return submodule;
        }
        let imported = module.imports.get(name).and_then(|target| self.meaning_of_import(path, target, depth + 1));
        let globbed = || {
            module.globs.iter().find_map(|target| match self.meaning_of_import(path, target, depth + 1)? {
                Meaning::Module(globbed) if &globbed != path => self.member(&globbed, name, is_end, depth + 1),
                Meaning::Module(_) | Meaning::Item(_) => None,
            })
        };
        imported.or(submodule).or_else(globbed)
    }

    /// `use clock;` introduces its own name, so the path means another crate.
    fn meaning_of_import(&self, from: &Segments, target: &[String], depth: usize) -> Option<Meaning> {
        let own = target.len() == 1 && self.0.get(from)?.imports.get(&target[0]).is_some_and(|import| import == target);
        if own { None } else { self.meaning(from, target, depth) }
    }
}

enum Meaning {
    Item(String),
    Module(Segments),
}

fn joined(path: &[String], name: &str) -> Segments {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// The names of an item; a server function also has the name of its form type.
fn names_of(item: &Item) -> Vec<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => return names_in_macro(item),
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return Vec::new(),
    };
    vec![name.to_string(), camel_case(&name.to_string())]
}

/// The macro that is declared, and the types that a macro call declares.
fn names_in_macro(item: &syn::ItemMacro) -> Vec<String> {
    let tokens: Vec<TokenTree> = item.mac.tokens.clone().into_iter().collect();
    let types = tokens.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(keyword), TokenTree::Ident(name)] if keyword == "enum" || keyword == "struct" => Some(name),
        _ => None,
    });
    item.ident.iter().chain(types).map(ToString::to_string).collect()
}

fn camel_case(name: &str) -> String {
    let words = name.split('_').filter_map(|word| word.split_at_checked(1));
    words.map(|(first, rest)| format!("{}{rest}", first.to_uppercase())).collect()
}

/// The names an import introduces, each with its target; a glob introduces none.
fn expanded(tree: &UseTree) -> Vec<(Option<String>, Segments)> {
    fn expand(tree: &UseTree, before: &[String], found: &mut Vec<(Option<String>, Segments)>) {
        match tree {
            UseTree::Path(path) => expand(&path.tree, &joined(before, &path.ident.to_string()), found),
            UseTree::Name(name) if name.ident == "self" => found.push((before.last().cloned(), before.to_vec())),
            UseTree::Name(name) => found.push((Some(name.ident.to_string()), joined(before, &name.ident.to_string()))),
            UseTree::Rename(rename) if rename.ident == "self" => {
                found.push((Some(rename.rename.to_string()), before.to_vec()));
            }
            UseTree::Rename(rename) => {
                found.push((Some(rename.rename.to_string()), joined(before, &rename.ident.to_string())));
            }
            UseTree::Glob(_) => found.push((None, before.to_vec())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| expand(tree, before, found)),
        }
    }
    let mut found = Vec::new();
    expand(tree, &[], &mut found);
    found
}

/// The paths in a file, each with its module.
struct Paths {
    module: Segments,
    found: BTreeSet<(Segments, Segments)>,
}

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &Item) {
        if !is_test(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, inner: &syn::ItemMod) {
        self.module.push(inner.ident.to_string());
        visit::visit_item_mod(self, inner);
        self.module.pop();
    }

    fn visit_item_use(&mut self, import: &syn::ItemUse) {
        // A re-export only forwards: its users use the file that defines the item.
        if matches!(import.vis, syn::Visibility::Inherited) {
            for (_, path) in expanded(&import.tree) {
                self.found.insert((self.module.clone(), path));
            }
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.found.insert((self.module.clone(), segments));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &syn::Macro) {
        self.visit_tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

impl Paths {
    /// Token sequences in a macro's arguments that look like paths.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut path: Segments = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.note(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Group(group) => {
                    self.note(&mut path);
                    self.visit_tokens(group.stream());
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.note(&mut path);
                    colons = 0;
                }
            }
        }
        self.note(&mut path);
    }

    fn note(&mut self, path: &mut Segments) {
        if !path.is_empty() {
            self.found.insert((self.module.clone(), std::mem::take(path)));
        }
    }
}
