//! Rules about the sources, checked by reading them.

use quote::ToTokens;
use syn::{FnArg, Ident, Item};

use super::{imports, sources};

mod kinds;
mod map;
mod names;
mod zones;

/// Names that only these files may use, and why.
const RESERVED: [(&str, &str, &[&str]); 9] = [
    ("PgPool", "features get a connection only through `begin`", &["db.rs"]),
    ("PgListener", "features get a connection only through `begin`", &["db.rs"]),
    ("PgConnection::connect", "features get a connection only through `begin`", &["migrate.rs"]),
    ("Db::connect", "only commands connect; a server is already connected", &COMMANDS),
    ("'app.tenant_id'", "only the start of a transaction sets its tenant", &["db.rs"]),
    ("begin_platform(", "without a tenant only functions of schema `app` may be called", &WITHOUT_TENANT),
    ("begin_system(", "a request knows its actor: use `ctx.begin()`", &IN_THE_BACKGROUND),
    (".replay_at(", "only the demo's history sets the time of a transaction", &["seeds/history.rs"]),
    ("AssertSqlSafe", "typed values are parameters, never part of a statement", &MADE_OF_NAMES),
];

/// Commands of the operator's shell.
const COMMANDS: [&str; 4] = ["doctor.rs", "secrets/rotation.rs", "seeds/mod.rs", "server/serve.rs"];

/// Transactions before the tenant is known, or across all tenants.
const WITHOUT_TENANT: [&str; 13] = [
    "doctor.rs",
    "housekeeping.rs",
    "limits/mod.rs",
    "operator/actions/account.rs",
    "secrets/rotation.rs",
    "server/health.rs",
    "server/metrics.rs",
    "server/operators.rs",
    "tasks/worker.rs",
    "tenants/each.rs",
    "tenants/hosts.rs",
    "tenants/pages/unknown_host.rs",
    "tenants/store.rs",
];

/// Timers and tasks, scoped to their tenant; and sessions and caches, before the actor is known.
const IN_THE_BACKGROUND: [&str; 18] = [
    "calendar/plans.rs",
    "fulfilment/approval.rs",
    "fulfilment/requests.rs",
    "fulfilment/messages/write.rs",
    "dispatch/deadline.rs",
    "doctor.rs",
    "housekeeping.rs",
    "identity/phone_code/send.rs",
    "identity/reset.rs",
    "identity/session/backend.rs",
    "identity/session/sessions.rs",
    "notifications/deliver.rs",
    "privacy/erasure.rs",
    "privacy/retention.rs",
    "secrets/rotation.rs",
    "seeds/mod.rs",
    "tenants/hosts.rs",
    "tenants/storefront.rs",
];

/// Statements built from listed tables and columns; their values are parameters.
const MADE_OF_NAMES: [&str; 3] = ["operator/store/impersonations.rs", "privacy/person.rs", "secrets/rotation.rs"];

#[test]
fn connections_come_from_begin_and_statements_contain_no_typed_values() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|source| source.path != "db.rs") {
        for (name, why, files) in RESERVED {
            let is_of_a_kind = name == "begin_system(" && is_background_of_a_kind(&source.path);
            if source.code.contains(name) && !files.contains(&source.path.as_str()) && !is_of_a_kind {
                complaints.push(format!("{} names `{name}`: {why}", source.path));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The handlers of a kind of business's tasks and deadlines.
fn is_background_of_a_kind(path: &str) -> bool {
    path.starts_with("verticals/") && path.ends_with("/background.rs")
}

/// Roles are facts about an account; only policies decide what a role allows.
#[test]
fn only_policies_ask_for_roles() {
    let questions = [".is_staff()", ".is_admin()", ".is_provider()", ".has(Role", "ctx.staff()", "ctx.admin()"];
    // Where roles are assigned, and where a frame shows the user's roles.
    let places = [
        "account/frame.rs",
        "admin/frame.rs",
        "identity/model.rs",
        "identity/session/record.rs",
        "server/context.rs",
        "server/router.rs",
        "server/site.rs",
        "tenants/pages/frame.rs",
    ];
    let mut complaints = Vec::new();
    for source in sources() {
        let may = source.path.ends_with("policy.rs") || places.contains(&source.path.as_str());
        for question in questions.iter().filter(|question| !may && source.code.contains(**question)) {
            complaints.push(format!(
                "{} asks `{question}`; a function of the feature's policy.rs would be asked by page and action",
                source.path
            ));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_index_of_decisions_lists_every_decision_once() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    let index = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut listed: Vec<&str> = index.split("](").skip(1).filter_map(|link| link.split(')').next()).collect();
    listed.sort_unstable();
    let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<String> = names.filter(|name| name != "README.md").collect();
    pages.sort_unstable();
    assert_eq!(listed, pages);
}

/// Files that use each other in a circle can't be read, moved or tested separately.
#[test]
fn no_file_uses_a_file_that_uses_it() {
    let circles = imports::circles(&imports::between_files(&sources()));
    let listed: Vec<String> = circles.iter().map(|circle| circle.join(", ")).collect();
    assert!(listed.is_empty(), "circles of files:\n{}", listed.join("\n"));
}

#[test]
fn a_forms_struct_is_directly_above_the_first_function_that_reads_it() {
    let takes = |input: &FnArg, form: &Ident| match input {
        FnArg::Typed(typed) => *form == typed.ty.to_token_stream().to_string(),
        FnArg::Receiver(_) => false,
    };
    let reads = |item: &Item, form: &Ident| match item {
        Item::Fn(function) => {
            function.attrs.iter().any(|attribute| attribute.path().is_ident("server"))
                && function.sig.inputs.iter().any(|input| takes(input, form))
        }
        _ => false,
    };
    let (mut checked, mut apart) = (0, Vec::new());
    for source in sources() {
        let items = syn::parse_file(&source.code).unwrap().items;
        for (position, item) in items.iter().enumerate() {
            let Item::Struct(form) = item else { continue };
            let after = &items[position + 1..];
            if !items.iter().any(|item| reads(item, &form.ident)) {
                continue;
            }
            checked += 1;
            if !after.iter().find(|item| !matches!(item, Item::Impl(_))).is_some_and(|next| reads(next, &form.ident)) {
                apart.push(format!("{}: {}", source.path, form.ident));
            }
        }
    }
    assert!(checked > 40, "{checked} forms");
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}
