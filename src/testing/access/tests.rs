use std::collections::BTreeSet;

use axum::http::Method;

use super::{Call, FOR_EVERYBODY, OPERATORS_HOST, PageLine, Person, TABLES, Watched, functions, pages, topics};
use crate::{
    app::{operator_routes, routes},
    testing::sources,
    verticals::Vertical,
};

#[test]
fn every_page_and_every_server_function_has_a_line_in_the_table() {
    let lines: BTreeSet<String> = functions().iter().map(|line| format!("/api/{}", line.endpoint)).collect();
    let registered: Vec<(&str, Method)> = server_fn::axum::server_fn_paths().collect();
    let known: BTreeSet<String> = registered.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(lines, known, "the table, and what is registered");
    assert!(registered.iter().all(|(_, method)| method == Method::POST), "a GET may be prefetched, or put into a link");

    let lines: BTreeSet<_> = pages().iter().map(|line| (line.host, line.path)).collect();
    let of_tenants = routes().into_iter().map(|route| (None, route.path));
    let of_operators = operator_routes().into_iter().map(|route| (Some(OPERATORS_HOST), route.path));
    let routed: BTreeSet<_> = of_tenants.chain(of_operators).collect();
    assert_eq!(lines, routed, "the table, and what is routed");
    println!("{} pages, {} server functions, {} kinds of people", routed.len(), known.len(), Person::ALL.len());
}

#[test]
fn every_live_topic_of_a_kind_of_business_has_a_line_in_the_table() {
    for kind in Vertical::ALL {
        let lines: Vec<_> = kind.access().topics.iter().map(|line| line.path).collect();
        let begins = kind.topics().iter().map(|topic| format!("/live/{kind}/{topic}"));
        let unlisted: Vec<_> = begins.filter(|begin| !lines.iter().any(|line| line.starts_with(begin))).collect();
        assert!(unlisted.is_empty(), "{unlisted:?}");
    }
}

/// Axum's router can't list its routes, so they are read from the source.
#[test]
fn the_router_answers_nothing_that_no_table_knows() {
    let mut found = BTreeSet::new();
    for source in sources() {
        for call in [".route(\"", ".route_service(\"", ".nest_service(\"", ".nest(\""] {
            for rest in source.code.split(call).skip(1) {
                found.insert(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    let known = FOR_EVERYBODY.iter().chain(&TABLES).map(ToString::to_string).collect();
    assert_eq!(found, known);
}

#[tokio::test]
async fn every_server_function_follows_the_access_table() {
    let mut watched = Watched::new().await;
    let theirs = Some(watched.world.theirs.tenant);
    for line in functions() {
        for person in line.may {
            let call = (line.prepare)(&watched.world.ours, *person).await;
            watched.changes().await;
            let reply = watched.call(line.endpoint, *person, &call, true).await;
            watched.expect(line.endpoint, *person, 200, reply);
            let changes = watched.changes().await;
            if changes.iter().any(|(tenant, _)| *tenant == theirs) {
                watched.complain(format!("{} as {person:?} changes another tenant: {changes:?}", line.endpoint));
            }
            let told = changes.iter().any(|(_, table)| Some(table.as_str()) == line.changes);
            if !told && (line.changes.is_some() || !changes.is_empty()) {
                let expected = line.changes.unwrap_or("nothing");
                let what = format!("{} as {person:?} changes {changes:?}, not {expected}", line.endpoint);
                watched.complain(what);
            }
        }
    }
    watched.done("allowed").await;
}

#[tokio::test]
async fn a_server_function_refuses_everybody_else_and_no_row_changes() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let call = (line.prepare)(&watched.world.ours, line.may[0]).await;
        watched.changes().await;
        for person in Person::ALL.into_iter().filter(|person| !line.may.contains(person)) {
            let reply = watched.call(line.endpoint, person, &call, false).await;
            watched.expect(line.endpoint, person, line.refusal(person), reply);
            watched.nothing_changed(&format!("{} as {person:?}, refused,", line.endpoint)).await;
        }
    }
    watched.done("refused").await;
}

#[tokio::test]
async fn a_server_function_finds_nothing_of_another_tenants_and_no_row_changes() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let Some(elsewhere) = line.elsewhere else { continue };
        let call = (line.prepare)(&watched.world.theirs, line.may[0]).await;
        watched.changes().await;
        for person in Person::ALL {
            let expected = if line.may.contains(&person) { elsewhere } else { line.refusal(person) };
            let reply = watched.call(line.endpoint, person, &call, false).await;
            watched.expect(&format!("{} of theirs", line.endpoint), person, expected, reply);
            watched.nothing_changed(&format!("{} of theirs as {person:?}", line.endpoint)).await;
        }
    }
    watched.done("of another tenant").await;
}

#[tokio::test]
async fn a_server_function_answers_on_its_own_host_only() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let person = if line.host.is_some() { Person::Admin } else { Person::Operator };
        let mut call = (line.prepare)(&watched.world.ours, line.may[0]).await;
        call.host = if line.host.is_some() { None } else { Some(OPERATORS_HOST) };
        watched.changes().await;
        let reply = watched.call(line.endpoint, person, &call, false).await;
        watched.expect(&format!("{} on the other host", line.endpoint), person, 404, reply);
        watched.nothing_changed(&format!("{} on the other host", line.endpoint)).await;
    }
    watched.done("on the other host").await;
}

/// Opens a page and compares the status with the expected one.
async fn try_page(watched: &mut Watched, line: &PageLine, person: Person, call: &Call, may: bool, expected: u16) {
    let (status, location) = watched.open(person, call, may).await;
    let to = location.clone().unwrap_or_default();
    watched.expect(line.path, person, expected, (status, to.clone()));
    let asks_to_sign_in = to.starts_with("/sign-in?next=");
    let is_misled = if may { asks_to_sign_in } else { !asks_to_sign_in && !person.is_signed_in() };
    if status == 303 && is_misled {
        watched.complain(format!("{} as {person:?} leads to {to}", line.path));
    }
    let (logged, mut rest): (Vec<_>, Vec<_>) =
        watched.changes().await.into_iter().partition(|(_, table)| table == "audit_log");
    let notes = line.notes.filter(|_| may);
    rest.retain(|(_, table)| Some(table.as_str()) != notes);
    let is_logged_right = logged.is_empty() != (may && line.is_logged) || notes.is_some();
    if !rest.is_empty() || !is_logged_right {
        watched.complain(format!("opening {} as {person:?} changes {rest:?} and logs {logged:?}", line.path));
    }
}

#[tokio::test]
async fn a_page_is_there_for_those_it_is_for_and_opening_it_changes_nothing() {
    let mut watched = Watched::new().await;
    for line in pages() {
        let call = (line.prepare)(&watched.world.ours, line.may[0]).await;
        watched.changes().await;
        for person in Person::ALL {
            let may = line.may.contains(&person);
            let allowed = if line.leads_on { 303 } else { 200 };
            let expected = if may { allowed } else { line.refusal(person) };
            try_page(&mut watched, &line, person, &call, may, expected).await;
        }
    }
    watched.done("pages").await;
}

#[tokio::test]
async fn a_page_shows_nothing_of_another_tenants() {
    let mut watched = Watched::new().await;
    for line in pages().into_iter().filter(|line| line.names_something) {
        let call = (line.prepare)(&watched.world.theirs, line.may[0]).await;
        watched.changes().await;
        for person in Person::ALL {
            let refusal = line.refusal(person);
            // Only existing pages redirect a signed-in user home.
            let would_lead_home = refusal == 303 && person.is_signed_in() && line.host.is_none();
            let expected = if line.may.contains(&person) || would_lead_home { 404 } else { refusal };
            try_page(&mut watched, &line, person, &call, false, expected).await;
        }
    }
    watched.done("pages of another tenant").await;
}

#[tokio::test]
async fn live_updates_require_permission_to_see_the_subject() {
    let mut watched = Watched::new().await;
    for line in topics() {
        for (at, elsewhere) in [(&watched.world.ours, false), (&watched.world.theirs, true)] {
            if elsewhere && !line.names_something {
                continue;
            }
            let call = (line.prepare)(at, line.may[0]).await;
            for person in Person::ALL {
                let may = line.may.contains(&person);
                let expected = match (may, elsewhere) {
                    (true, false) => 200,
                    (true, true) => 404,
                    (false, _) if person.is_signed_in() => 404,
                    (false, _) => 401,
                };
                let status = watched.world.ours.browser(person).status_of(&call.path).await.as_u16();
                assert_eq!(status, expected, "{} as {person:?}, of another tenant: {elsewhere}", line.path);
            }
        }
    }
    watched.changes().await;
    watched.done("topics").await;
}

/// What an operator who acts as a customer may do for them, and why: support includes their bookings, of every kind.
const DONE_FOR_A_CUSTOMER: [(&str, &str); 6] = [
    ("cancel_booking", "they can't, and call"),
    ("decline_quote", "they can't, and call"),
    ("keep_looking", "they can't, and call"),
    ("move_booking", "they can't, and call"),
    ("review_booking", "they dictate it"),
    ("sign_out", "ends the operator's own session"),
];

/// Pages below `/account` that an operator who acts as a customer may see.
const SHOWN_OF_A_CUSTOMER: [&str; 5] = [
    "/account",
    "/account/bookings",
    "/account/bookings/{reference}",
    "/account/bookings/{reference}/cancel",
    "/account/bookings/{reference}/move",
];

/// Turns every session of a user into one of an operator who acts as them, or back. Recent proof of identity stays valid.
async fn act_as_everybody(watched: &Watched, acts: bool) {
    let change = if acts {
        r#"update platform.sessions set data = data || '{"impersonator": {"impersonation": "00000000-0000-7000-8000-000000000001",
           "operator": "00000000-0000-7000-8000-000000000002", "name": "Olivia"}}' where user_id is not null"#
    } else {
        "update platform.sessions set data = data - 'impersonator'"
    };
    sqlx::query(change).execute(&mut watched.world.app.database.owner().await).await.unwrap();
}

#[tokio::test]
async fn an_impersonating_operator_cannot_see_or_change_the_accounts_security() {
    let mut watched = Watched::new().await;
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.access().done_for_a_customer);
    let excepted: BTreeSet<_> = DONE_FOR_A_CUSTOMER.iter().chain(of_kinds).map(|(endpoint, _)| *endpoint).collect();
    let of_an_account = |may: &[Person]| may.contains(&Person::Customer) && !may.contains(&Person::Nobody);
    let (mut refused, mut done) = (0, BTreeSet::new());
    for line in functions().into_iter().filter(|line| line.host.is_none() && of_an_account(line.may)) {
        let call = (line.prepare)(&watched.world.ours, Person::Customer).await;
        act_as_everybody(&watched, true).await;
        watched.changes().await;
        let reply = watched.call(line.endpoint, Person::Customer, &call, true).await;
        if excepted.contains(line.endpoint) {
            done.insert(line.endpoint);
        } else {
            refused += 1;
            watched.expect(&format!("{} by somebody who acts", line.endpoint), Person::Customer, 403, reply);
            watched.nothing_changed(&format!("{} by somebody who acts", line.endpoint)).await;
        }
        act_as_everybody(&watched, false).await;
    }
    assert_eq!(done, excepted, "every exception is one");
    assert!(refused >= 19, "only {refused} functions of one's own account");
    for line in pages().into_iter().filter(|line| line.host.is_none() && line.path.starts_with("/account")) {
        let call = (line.prepare)(&watched.world.ours, Person::Customer).await;
        act_as_everybody(&watched, true).await;
        let (status, to) = watched.open(Person::Customer, &call, true).await;
        if !SHOWN_OF_A_CUSTOMER.contains(&line.path) {
            watched.expect(line.path, Person::Customer, 403, (status, to.unwrap_or_default()));
        }
        act_as_everybody(&watched, false).await;
    }
    watched.done("by somebody who acts").await;
}
