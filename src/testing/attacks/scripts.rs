//! Cross-site scripting: script in everything a person types, stored in every text column and reflected by every form.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{
    dispatch::JobState,
    testing::{
        Browser, Reply,
        access::{Call, PageLine, Person, Watched, pages},
    },
};

/// Closes any surrounding context and starts an element that our pages don't have. In lower case, like addresses, and short, for short fields.
const PROBES: [&str; 3] = [
    "</textarea></title></script></style>'\"><xss-probe onclick=alert(1)>{{7*7}}",
    "'\"><xss-probe onclick=x>",
    "<xss-probe>",
];

/// Injected elements in a page. Only pages are checked, because browsers run nothing else.
fn injected(reply: &Reply) -> Vec<String> {
    let kind = reply.headers.get("content-type").map(|kind| kind.to_str().unwrap_or_default());
    if kind.is_some_and(|kind| !kind.starts_with("text/html")) {
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        return Vec::new();
    }
    let document = Html::parse_document(&reply.html);
    let all = Selector::parse("*").unwrap();
    let suspicious = |element: &ElementRef| {
        let value = element.value();
        let by_attribute = value.attrs().any(|(name, content)| {
            name.starts_with("on")
                || (["href", "src", "action", "formaction", "srcdoc"].contains(&name)
                    && content.trim_start().to_lowercase().starts_with("javascript:"))
        });
        let by_content =
            ["script", "style"].contains(&value.name()) && element.text().any(|text| text.contains("xss-probe"));
        value.name() == "xss-probe" || by_attribute || by_content
    };
    document.select(&all).filter(suspicious).map(|element| format!("{:.120}", element.html())).collect()
}

/// Writes a probe into every text column of a tenant's rows that accepts one; returns how many. Columns whose text is parsed (a phone
/// number, a code) can't hold such text.
async fn poison(owner: &mut PgConnection, tenant: String) -> usize {
    const VALUES: [&str; 9] =
        ["phase", "phone", "contact_phone", "email", "contact_email", "kind", "roles", "password_hash", "sealed"];
    sqlx::query("select set_config('app.tenant_id', $1, false)").bind(tenant).execute(&mut *owner).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not in ('_sqlx_migrations', 'audit_log')
           and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype",
    )
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    let mut poisoned = 0;
    for (table, column) in columns.iter().filter(|(_, column)| !VALUES.contains(&column.as_str())) {
        for probe in PROBES {
            let update = AssertSqlSafe(format!("update {table} set {column} = $1 where true"));
            if sqlx::query(update).bind(probe).execute(&mut *owner).await.is_ok_and(|done| done.rows_affected() > 0) {
                poisoned += 1;
                break;
            }
        }
    }
    poisoned
}

/// Every page, opened by two permitted people: the frames differ between a stranger's page and the back office.
async fn opened(watched: &Watched, lines: Vec<PageLine>) -> Vec<(&'static str, Call, Person)> {
    let mut calls = Vec::new();
    for line in lines {
        let known = line.may.iter().rev().find(|person| person.is_signed_in());
        for person in line.may.first().into_iter().chain(known.filter(|known| **known != line.may[0])) {
            calls.push((line.path, (line.prepare)(&watched.world.ours, *person).await, *person));
        }
    }
    calls
}

#[tokio::test]
async fn script_stored_in_any_text_comes_out_as_text() {
    let mut watched = Watched::new().await;
    for step in [JobState::Arrived, JobState::Done] {
        watched.world.ours.under_way(step).await;
    }
    watched.world.ours.payout().await;
    let calls = opened(&watched, pages()).await;
    let mut owner = watched.world.app.database.owner().await;
    let poisoned = poison(&mut owner, watched.world.ours.tenant.to_string()).await;
    assert!(poisoned > 30, "only {poisoned} columns hold the script");
    let mut shown = 0;
    for (path, call, person) in calls {
        let reply = watched.browser(person, &call, true).get(&call.path).await;
        watched.calls += 1;
        shown += usize::from(reply.html.contains("xss-probe"));
        let found = injected(&reply);
        if !found.is_empty() || reply.status.is_server_error() {
            watched.complain(format!("{path} as {person:?}: {} {found:?}", reply.status));
        }
    }
    assert!(shown > 20, "the script is on {shown} pages, as text");
    drop(owner);
    watched.done(&format!("script in {poisoned} columns, shown {shown} times as text")).await;
}

/// A form that changes something: its target, its fields, and which of them are typed.
struct Form {
    action: String,
    fields: Vec<(String, String)>,
    typed: Vec<String>,
}

fn forms(html: &str) -> Vec<Form> {
    let document = Html::parse_document(html);
    let (form, field) =
        (Selector::parse("form[method=post]").unwrap(), Selector::parse("input, textarea, select").unwrap());
    document
        .select(&form)
        .map(|form| {
            let action = form.attr("action").unwrap_or_default().to_owned();
            let (mut fields, mut typed) = (Vec::new(), Vec::new());
            for field in form.select(&field) {
                let Some(name) = field.attr("name") else { continue };
                let kind = field.attr("type").unwrap_or("text");
                if field.value().name() == "textarea"
                    || !["hidden", "checkbox", "radio", "password", "file"].contains(&kind)
                {
                    typed.push(name.to_owned());
                }
                fields.push((name.to_owned(), field.attr("value").unwrap_or_default().to_owned()));
            }
            Form { action, fields, typed }
        })
        .collect()
}

/// Types the probe into every field and submits; returns what is injected in the response and in the page afterwards.
async fn reflect(browser: &mut Browser, page: &str, form: &Form) -> Vec<String> {
    let fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), if form.typed.contains(name) { PROBES[0] } else { value.as_str() }))
        .collect();
    let reply = browser.post(page, &form.action, &fields).await;
    match reply.location {
        Some(to) if to.parse::<http::Uri>().is_err() => vec![format!("leads to {to}")],
        Some(to) => injected(&browser.get(&to).await),
        None => injected(&reply),
    }
}

#[tokio::test]
async fn script_typed_into_any_form_is_shown_again_as_text() {
    let mut watched = Watched::new().await;
    let calls = opened(&watched, pages()).await;
    let mut tried = BTreeSet::new();
    for (path, call, person) in calls {
        let mut browser = watched.browser(person, &call, true);
        let page = browser.get(&call.path).await;
        let probe: String = form_urlencoded::byte_serialize(PROBES[0].as_bytes()).collect();
        let names = ["q", "next", "place", "near", "page", "status", "phase", "draft", "from", "to", "sort", "search"];
        let query: Vec<String> = names.iter().map(|name| format!("{name}={probe}")).collect();
        let bare = call.path.split('?').next().unwrap_or_default();
        let asked = browser.get(&format!("{bare}?{}", query.join("&"))).await;
        watched.calls += 2;
        let found = injected(&asked);
        if !found.is_empty() || asked.status.is_server_error() {
            watched.complain(format!("{path} with a query, as {person:?}: {} {found:?}", asked.status));
        }
        for form in forms(&page.html) {
            // It would close the site, and the other pages would show nothing.
            if form.action == "/api/close_for_maintenance"
                || !form.action.starts_with("/api/")
                || form.typed.is_empty()
                || !tried.insert((form.action.clone(), path))
            {
                continue;
            }
            watched.calls += 1;
            let found = reflect(&mut browser, &call.path, &form).await;
            if !found.is_empty() {
                watched.complain(format!("{} on {path} as {person:?}: {found:?}", form.action));
            }
        }
    }
    assert!(tried.len() > 12, "forms that were filled in: {tried:?}");
    watched.done(&format!("{} forms filled in", tried.len())).await;
}
