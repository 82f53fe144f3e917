use leptos::prelude::*;

use crate::{
    audit::model::{self, Difference, Entry, Names},
    tenants::Tenant,
    ui::{self, AsideCell, Badge, Cell, Glyph, Icon, TableRow, Tone},
};

/// How many differences are shown; the others are folded.
const SHOWN: usize = 4;

/// The entries as rows, one per request.
pub(super) fn rows(tenant: &Tenant, entries: &[Entry], names: &Names) -> Vec<AnyView> {
    entries.chunk_by(Entry::is_same_request).map(|together| row(tenant, together, names)).collect()
}

/// The entries of one request: the most important one, and the others folded.
fn row(tenant: &Tenant, together: &[Entry], names: &Names) -> AnyView {
    let Some(leading) = together.iter().min_by_key(|entry| entry.rank()) else { return ().into_any() };
    let at = leading.at;
    let when = tenant.exact(at);
    let who = who(leading, names);
    let address = leading.address.clone().map(|address| view! { <p class="faint small">{address}</p> });
    let (tone, action) = (tone(&leading.action), model::action_label(&leading.action));
    let thing = thing(leading, names);
    let differences = leading.differences(tenant, names);
    let others = together.iter().filter(|entry| !std::ptr::eq(*entry, leading));
    let others: Vec<_> = others.map(|entry| other(tenant, entry, names)).collect();
    let details = (!differences.is_empty() || !others.is_empty())
        .then(|| view! { <div>{details(differences)}{unfolded(others)}</div> });
    view! {
        <TableRow>
            <Cell label=t!("admin-when")><ui::Time at text=when /></Cell>
            <Cell label=t!("admin-who")><div><p>{who}</p>{address}</div></Cell>
            <AsideCell label=t!("admin-action")><Badge tone label=action /></AsideCell>
            <Cell label=t!("admin-record")>{thing}</Cell>
            <Cell label=t!("admin-details")>{details}</Cell>
        </TableRow>
    }
    .into_any()
}

/// Another entry of the same request.
fn other(tenant: &Tenant, entry: &Entry, names: &Names) -> AnyView {
    let action = model::action_label(&entry.action);
    let thing = thing(entry, names);
    let differences = lines(&entry.differences(tenant, names));
    view! { <li><p class="strong">{action} " " {thing}</p>{differences}</li> }.into_any()
}

fn unfolded(others: Vec<AnyView>) -> Option<AnyView> {
    if others.is_empty() {
        return None;
    }
    let count = t!("admin-counted-more-changes", changes = crate::words::count(others.len()));
    let folded = view! {
        <details>
            <summary class="more">{count} <Icon glyph=Glyph::ChevronDown /></summary>
            <ul class="stack-tight small">{others}</ul>
        </details>
    };
    Some(folded.into_any())
}

fn tone(action: &str) -> Tone {
    match action {
        "insert" | "sign_in" => Tone::Success,
        "update" | "sign_out" => Tone::Neutral,
        "delete" | "locked_out" | "person_erased" => Tone::Danger,
        "sign_in_failed" => Tone::Warning,
        _ => Tone::Info,
    }
}

/// The account that acted, with a link to all its actions; or a guest, or the system.
fn who(entry: &Entry, names: &Names) -> AnyView {
    let actor = entry.actor.as_deref().unwrap_or("system");
    let Some(person) = entry.person else {
        let name = match actor.split_once(':').map_or(actor, |(kind, _)| kind) {
            "guest" => t!("admin-guest"),
            "operator" => t!("admin-wayside-support"),
            _ => t!("admin-automatic"),
        };
        return view! { <span class="muted">{name}</span> }.into_any();
    };
    let name = names
        .get(&person.into())
        .cloned()
        .unwrap_or_else(|| t!("admin-account-of", person = model::short(person.into())));
    let through = actor.starts_with("operator:").then_some(t!("admin-wayside-support-in-their-name"));
    view! { <a href=format!("/admin/audit?person={person}")>{name}</a>{through} }.into_any()
}

/// The object of the action, with a link to all actions on it. Empty if people changed their own account, because the row already names them.
fn thing(entry: &Entry, names: &Names) -> Option<AnyView> {
    let table = entry.object.as_deref()?;
    if entry.object_id.is_some() && entry.object_id == entry.person.map(Into::into) {
        return None;
    }
    let kind = model::object_label(table);
    // There is only one business here.
    let Some(id) = entry.object_id.filter(|_| table != "tenants") else {
        return Some(view! { <span>{kind}</span> }.into_any());
    };
    let name = names.get(&id).cloned().unwrap_or_else(|| model::short(id));
    let all = format!("/admin/audit?object={table}&about={id}");
    Some(view! { <span class="muted">{kind}" "</span><a href=all>{name}</a> }.into_any())
}

fn details(mut differences: Vec<Difference>) -> AnyView {
    let rest = differences.split_off(differences.len().min(SHOWN));
    let more = (!rest.is_empty()).then(|| {
        let count = t!("admin-counted-more-values", values = crate::words::count(rest.len()));
        view! {
            <details>
                <summary class="more">{count} <Icon glyph=Glyph::ChevronDown /></summary>
                {lines(&rest)}
            </details>
        }
    });
    view! { {lines(&differences)} {more} }.into_any()
}

fn lines(differences: &[Difference]) -> impl IntoView + use<> {
    let lines = differences.iter().map(|difference| view! { <li>{difference.sentence()}</li> }).collect_view();
    view! { <ul class="plain-list small">{lines}</ul> }
}
