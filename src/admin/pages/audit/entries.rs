use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    audit::model::{self, Difference, Entry},
    tenants::Tenant,
    ui::{self, Badge, Cell, Glyph, Icon, TableRow, Tone},
};

/// How many differences are shown at once; the others unfold.
const SHOWN: usize = 4;

/// One entry as a row of the list.
pub(super) fn row(tenant: &Tenant, entry: &Entry, names: &HashMap<Uuid, String>) -> impl IntoView + use<> {
    let at = entry.at;
    let when = tenant.exact(at);
    let who = who(entry, names);
    let address = entry.address.clone().map(|address| view! { <p class="faint small">{address}</p> });
    let (tone, deed) = (tone(&entry.action), model::deed_label(&entry.action));
    let thing = thing(entry, names).map(|thing| view! { <p>{thing}</p> });
    let details = details(entry.differences(tenant));
    view! {
        <TableRow>
            <Cell label="When"><ui::Time at text=when /></Cell>
            <Cell label="Who"><div><p>{who}</p>{address}</div></Cell>
            <Cell label="What"><div class="stack-tight"><p><Badge tone label=deed /></p>{thing}</div></Cell>
            <Cell label="Details">{details}</Cell>
        </TableRow>
    }
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

/// The account that acted, with a link to all its actions; or a guest, or the platform.
fn who(entry: &Entry, names: &HashMap<Uuid, String>) -> AnyView {
    let actor = entry.actor.as_deref().unwrap_or("system");
    let Some(person) = entry.person else {
        let name = match actor.split_once(':').map_or(actor, |(kind, _)| kind) {
            "guest" => "A guest",
            "operator" => "An operator",
            _ => "The platform",
        };
        return view! { <span class="muted">{name}</span> }.into_any();
    };
    let name = names.get(&person.into()).cloned().unwrap_or_else(|| format!("Account {}", model::short(person.into())));
    let through = actor.starts_with("operator:").then_some(" (an operator in their name)");
    view! { <a href=format!("/admin/audit?person={person}")>{name}</a>{through} }.into_any()
}

/// The object, with a link to all actions on it.
fn thing(entry: &Entry, names: &HashMap<Uuid, String>) -> Option<AnyView> {
    let table = entry.object.as_deref()?;
    let kind = model::object_label(table);
    let Some(id) = entry.object_id else {
        return Some(view! { <span>{kind}</span> }.into_any());
    };
    let name = names.get(&id).cloned().unwrap_or_else(|| model::short(id));
    let all = format!("/admin/audit?object={table}&about={id}");
    Some(view! { <span class="muted">{kind}" "</span><a href=all>{name}</a> }.into_any())
}

fn details(mut differences: Vec<Difference>) -> AnyView {
    if differences.is_empty() {
        return view! { <span class="faint">"–"</span> }.into_any();
    }
    let rest = differences.split_off(differences.len().min(SHOWN));
    let more = (!rest.is_empty()).then(|| {
        let count = rest.len();
        view! {
            <details>
                <summary class="more">{format!("{count} more")} <Icon glyph=Glyph::ChevronDown /></summary>
                {lines(&rest)}
            </details>
        }
    });
    view! { <div>{lines(&differences)}{more}</div> }.into_any()
}

fn lines(differences: &[Difference]) -> impl IntoView + use<> {
    let lines = differences.iter().map(|difference| view! { <li>{difference.sentence()}</li> }).collect_view();
    view! { <ul class="plain-list small">{lines}</ul> }
}
