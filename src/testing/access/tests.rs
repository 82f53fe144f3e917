use std::collections::BTreeSet;

use axum::http::Method;
use engine::Id;
use sqlx::PgConnection;

use super::{Call, FOR_EVERYBODY, PageLine, Person, Rows, TABLES, World, functions, pages, sources, topics};
use crate::{app::routes, tenants::Tenant};

/// The two tenants, and what their rows were when last looked at.
struct Watched {
    world: World,
    owner: PgConnection,
    rows: Rows,
    calls: usize,
    complaints: Vec<String>,
}

impl Watched {
    async fn new() -> Self {
        let world = World::new().await;
        let mut owner = world.app.database.owner().await;
        let rows = Rows::read(&mut owner, &world.tenants()).await;
        Self { world, owner, rows, calls: 0, complaints: Vec::new() }
    }

    /// Looks at the rows again: what changed since the last look.
    async fn changes(&mut self) -> Vec<(Option<Id<Tenant>>, String)> {
        let rows = Rows::read(&mut self.owner, &self.world.tenants()).await;
        let changes = rows.changed_since(&self.rows);
        self.rows = rows;
        changes
    }

    /// Complains if anything changed since the last look.
    async fn nothing_changed(&mut self, by: &str) {
        let changes = self.changes().await;
        if !changes.is_empty() {
            self.complaints.push(format!("{by} changes {changes:?}"));
        }
    }

    /// One call doesn't count for the next: everybody here comes from one address.
    async fn lift_limits(&mut self) {
        sqlx::query("delete from platform.rate_counters").execute(&mut self.owner).await.unwrap();
    }

    /// Calls a server function as an island would, which tells statuses apart.
    async fn call(&mut self, endpoint: &str, person: Person, call: &Call, as_sender: bool) -> (u16, String) {
        self.calls += 1;
        self.lift_limits().await;
        let standing = || self.world.ours.browser(person);
        let mut browser = call.sender.clone().filter(|_| as_sender).unwrap_or_else(standing);
        let reply = browser.call(&format!("/api/{endpoint}"), &call.fields).await;
        (reply.status.as_u16(), reply.html)
    }

    async fn open(&mut self, person: Person, call: &Call, as_sender: bool) -> (u16, Option<String>) {
        self.calls += 1;
        let standing = || self.world.ours.browser(person);
        let mut browser = call.sender.clone().filter(|_| as_sender).unwrap_or_else(standing);
        let reply = browser.get(&call.path).await;
        (reply.status.as_u16(), reply.location)
    }

    fn expect(&mut self, what: &str, person: Person, expected: u16, (status, text): (u16, String)) {
        if status != expected {
            self.complaints.push(format!("{what} as {person:?}: {status} instead of {expected}: {text:.200}"));
        }
    }

    async fn done(self, what: &str) {
        assert!(self.complaints.is_empty(), "{}", self.complaints.join("\n"));
        println!("{what}: {} calls", self.calls);
        drop(self.owner);
        self.world.done().await;
    }
}

#[test]
fn every_page_and_every_server_function_has_a_line_in_the_table() {
    let lines: BTreeSet<String> = functions().iter().map(|line| format!("/api/{}", line.endpoint)).collect();
    // Those of the operators answer on their own host only: `operator::tests` tries them.
    let registered: Vec<(&str, Method)> =
        server_fn::axum::server_fn_paths().filter(|(path, _)| !path.starts_with("/api/operator_")).collect();
    let known: BTreeSet<String> = registered.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(lines, known, "the table, and what is registered");
    assert!(registered.iter().all(|(_, method)| method == Method::POST), "a GET may be prefetched, or put into a link");

    let lines: BTreeSet<&str> = pages().iter().map(|line| line.path).collect();
    let routed: BTreeSet<&str> = routes().iter().map(|route| route.path).collect();
    assert_eq!(lines, routed, "the table, and what is routed");
    println!("{} pages, {} server functions, {} kinds of people", routed.len(), known.len(), Person::ALL.len());
}

/// The router can't tell its routes; but they are written down.
#[test]
fn the_router_answers_nothing_that_no_table_knows() {
    let mut found = BTreeSet::new();
    for (file, text) in sources() {
        if file.starts_with("testing/") || file.contains("tests") {
            continue;
        }
        for call in [".route(\"", ".route_service(\"", ".nest_service(\"", ".nest(\""] {
            for rest in text.split(call).skip(1) {
                found.insert(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    let known = FOR_EVERYBODY.iter().chain(&TABLES).map(ToString::to_string).collect();
    assert_eq!(found, known);
}

#[tokio::test]
async fn a_server_function_serves_those_it_is_for_and_changes_what_it_says() {
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
                watched.complaints.push(format!("{} as {person:?} changes another tenant: {changes:?}", line.endpoint));
            }
            let told = changes.iter().any(|(_, table)| Some(table.as_str()) == line.changes);
            if !told && (line.changes.is_some() || !changes.is_empty()) {
                let expected = line.changes.unwrap_or("nothing");
                let what = format!("{} as {person:?} changes {changes:?}, not {expected}", line.endpoint);
                watched.complaints.push(what);
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

/// Opens a page and compares.
async fn try_page(watched: &mut Watched, line: &PageLine, person: Person, call: &Call, may: bool, expected: u16) {
    let (status, location) = watched.open(person, call, may).await;
    let to = location.clone().unwrap_or_default();
    watched.expect(line.path, person, expected, (status, to.clone()));
    let asks_to_sign_in = to.starts_with("/sign-in?next=");
    if status == 303 && asks_to_sign_in == (may && line.leads_on) {
        watched.complaints.push(format!("{} as {person:?} leads to {to}", line.path));
    }
    let (logged, rest): (Vec<_>, Vec<_>) =
        watched.changes().await.into_iter().partition(|(_, table)| table == "audit_log");
    if !rest.is_empty() || logged.is_empty() == (may && line.is_logged) {
        watched.complaints.push(format!("opening {} as {person:?} changes {rest:?} and logs {logged:?}", line.path));
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
            let may = line.may.contains(&person);
            let expected = if may { 404 } else { line.refusal(person) };
            try_page(&mut watched, &line, person, &call, false, expected).await;
        }
    }
    watched.done("pages of another tenant").await;
}

#[tokio::test]
async fn live_updates_are_for_those_who_may_see_the_thing() {
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
