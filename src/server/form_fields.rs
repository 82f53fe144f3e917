//! The fields of each form, by its server function. Drafts store only these fields, because requests may contain others.
//!
//! `form_fields.txt` has a line for each server function, generated from the forms' structs. A test can rewrite it.

use std::{collections::HashMap, sync::LazyLock};

const FIELDS: &str = include_str!("form_fields.txt");

static BY_ENDPOINT: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let lines = FIELDS.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(endpoint, fields)| (endpoint, fields.split_whitespace().collect())).collect()
});

/// Whether the form sent to this path has this field. Fields of a map are named `name[key]`.
pub(super) fn has_field(path: &str, name: &str) -> bool {
    let fields = BY_ENDPOINT.get(path.trim_start_matches("/api/"));
    let name = match name.split_once('[') {
        Some((name, rest)) if rest.ends_with(']') => name,
        _ => name,
    };
    fields.is_some_and(|fields| fields.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use quote::ToTokens;
    use syn::{Attribute, Fields, FnArg, Item, ItemFn, ItemStruct, PatType, Type};

    use super::*;
    use crate::testing::sources;

    /// A form's struct: the file it is in, and its name.
    type Structs = BTreeMap<(String, String), Vec<String>>;

    /// With `WAYSIDE_RENEW=1` this test rewrites the file.
    #[test]
    fn the_fields_kept_are_those_of_the_forms() {
        let now = fields_of_all_forms();
        if std::env::var_os("WAYSIDE_RENEW").is_some() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/form_fields.txt");
            std::fs::write(file, &now).unwrap();
        } else {
            assert!(
                now == FIELDS,
                "src/server/form_fields.txt is not made from today's forms; \
                 renew it with `WAYSIDE_RENEW=1 bin/test the_fields_kept_are_those_of_the_forms`"
            );
        }
        assert!(now.lines().any(|line| line == "sign_in: email password next"), "{now}");
        assert!(now.lines().any(|line| line == "search_places: text"), "{now}");
    }

    #[test]
    fn a_field_is_known_by_its_name_alone_or_with_a_key() {
        for (path, name, known) in [
            ("/api/sign_in", "email", true),
            ("/api/sign_in", "colour", false),
            ("/api/accept_invite", "skills[towing]", true),
            ("/api/accept_invite", "skills[towing", false),
            ("/api/accept_invite", "tools[towing]", false),
            ("/api/nothing", "email", false),
        ] {
            assert_eq!(has_field(path, name), known, "{path} {name}");
        }
    }

    fn fields_of_all_forms() -> String {
        let files: Vec<_> =
            sources().into_iter().map(|source| (source.path, syn::parse_file(&source.code).unwrap())).collect();
        let items = || files.iter().flat_map(|(path, file)| file.items.iter().map(move |item| (path, item)));
        let structs: Structs = items()
            .filter_map(|(path, item)| match item {
                Item::Struct(form) => Some(((path.clone(), form.ident.to_string()), names(form))),
                _ => None,
            })
            .collect();
        let mut lines: Vec<String> = items()
            .filter_map(|(path, item)| match item {
                Item::Fn(function) => Some((path, function, endpoint(function)?)),
                _ => None,
            })
            .map(|(path, function, endpoint)| line(&endpoint, &arguments(path, function, &structs)))
            .collect();
        lines.sort();
        lines.concat()
    }

    fn line(endpoint: &str, fields: &[String]) -> String {
        format!("{endpoint}: {}\n", fields.join(" ")).replace(": \n", ":\n")
    }

    fn names(form: &ItemStruct) -> Vec<String> {
        let Fields::Named(fields) = &form.fields else { return Vec::new() };
        fields.named.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string())).collect()
    }

    /// The endpoint of a server function.
    fn endpoint(function: &ItemFn) -> Option<String> {
        let server = function.attrs.iter().find(|attribute| attribute.path().is_ident("server"))?;
        let text = server.to_token_stream().to_string();
        text.split('"').nth(1).map(str::to_owned)
    }

    fn arguments(path: &str, function: &ItemFn, structs: &Structs) -> Vec<String> {
        let typed = function.sig.inputs.iter().filter_map(|argument| match argument {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        typed.flat_map(|argument| fields_of(path, argument, structs)).collect()
    }

    fn fields_of(path: &str, argument: &PatType, structs: &Structs) -> Vec<String> {
        let is_form = |attribute: &Attribute| {
            attribute.path().is_ident("server") && attribute.to_token_stream().to_string().contains("flatten")
        };
        if !argument.attrs.iter().any(is_form) {
            return vec![argument.pat.to_token_stream().to_string()];
        }
        let Type::Path(form) = &*argument.ty else { panic!("{path}: a form is a struct") };
        let name = form.path.segments.last().unwrap().ident.to_string();
        // In the same file, or else the only struct with this name.
        structs.get(&(path.to_owned(), name.clone())).cloned().unwrap_or_else(|| {
            let mut others = structs.iter().filter(|((_, other), _)| *other == name);
            match (others.next(), others.next()) {
                (Some((_, fields)), None) => fields.clone(),
                _ => panic!("{path}: which {name}?"),
            }
        })
    }
}
