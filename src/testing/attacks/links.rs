//! Links and codes used again, too late, or elsewhere.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::{
    testing::access::{Call, Function, Person, Watched, functions},
    verticals::Vertical,
};

/// Lifetime of each link of the core, in minutes.
const LIFETIMES: [(&str, i64); 5] = [
    ("reset_password", 60),
    ("finish_sign_up", 24 * 60),
    ("verify_email", 24 * 60),
    ("agree_to_email", 24 * 60),
    ("accept_invite", 72 * 60),
];

/// Whether a request depends on the token in it.
fn carries_a_secret(call: &Call) -> bool {
    call.fields.iter().any(|(field, _)| ["token", "draft", "code"].iter().any(|secret| field.ends_with(secret)))
}

#[tokio::test]
async fn a_secret_that_was_used_changes_nothing_when_it_is_used_again() {
    let mut watched = Watched::new().await;
    let mut replayed = Vec::new();
    for line in functions() {
        let person = line.may[0];
        let call = (line.prepare)(&watched.world.ours, person).await;
        if !carries_a_secret(&call) {
            continue;
        }
        let first = watched.call(line.endpoint, person, &call, true).await;
        watched.expect(line.endpoint, person, 200, first);
        watched.changes().await;
        for again in [person, *line.may.last().unwrap()] {
            let (status, text) = watched.call(line.endpoint, again, &call, again == person).await;
            if ![200, 401, 404, 409, 422].contains(&status) {
                watched.complain(format!("{} again as {again:?}: {status} {text:.200}", line.endpoint));
            }
            watched.nothing_changed(&format!("{} again as {again:?}", line.endpoint)).await;
        }
        replayed.push(line.endpoint);
    }
    assert!(replayed.contains(&"reset_password"), "{replayed:?}");
    watched.done(&format!("replayed {replayed:?}")).await;
}

#[tokio::test]
async fn links_and_codes_expire_exactly_at_the_end_of_their_lifetime() {
    let mut watched = Watched::new().await;
    let of_kinds = Vertical::ALL.iter().flat_map(|kind| kind.access().lifetimes);
    let lifetimes: Vec<_> = LIFETIMES.iter().chain(of_kinds).collect();
    let mut lines: Vec<(Function, i64, Call, Call)> = Vec::new();
    for line in functions() {
        let Some((_, minutes)) = lifetimes.iter().find(|(endpoint, _)| *endpoint == line.endpoint) else { continue };
        let early = (line.prepare)(&watched.world.ours, Person::Nobody).await;
        let late = (line.prepare)(&watched.world.ours, Person::Nobody).await;
        lines.push((line, *minutes, early, late));
    }
    let found: BTreeSet<_> = lines.iter().map(|(line, ..)| line.endpoint).collect();
    assert_eq!(found, lifetimes.iter().map(|(endpoint, _)| *endpoint).collect(), "each has a line in the access table");
    let lifetimes: BTreeSet<_> = lines.iter().map(|(_, minutes, ..)| *minutes).collect();
    let mut passed = 0;
    for minutes in lifetimes {
        let of_this_lifetime = || lines.iter().filter(move |(_, of_line, ..)| *of_line == minutes);
        watched.world.app.app.db.clock.advance(TimeDelta::minutes(minutes - 2 - passed));
        for (line, _, early, _) in of_this_lifetime() {
            let reply = watched.call(line.endpoint, Person::Nobody, early, false).await;
            watched.expect(&format!("{} in time", line.endpoint), Person::Nobody, 200, reply);
        }
        watched.world.app.app.db.clock.advance(TimeDelta::minutes(3));
        passed = minutes + 1;
        watched.changes().await;
        for (line, _, _, late) in of_this_lifetime() {
            let reply = watched.call(line.endpoint, Person::Nobody, late, false).await;
            watched.expect(&format!("{} too late", line.endpoint), Person::Nobody, 409, reply);
            watched.nothing_changed(&format!("{} too late", line.endpoint)).await;
        }
    }
    watched.done("in time and too late").await;
}

#[tokio::test]
async fn a_guessed_secret_opens_nothing() {
    let mut watched = Watched::new().await;
    for line in functions().into_iter().filter(|line| line.may.contains(&Person::Nobody)) {
        let call = (line.prepare)(&watched.world.ours, Person::Nobody).await;
        if !carries_a_secret(&call) {
            continue;
        }
        watched.changes().await;
        for guess in [
            "",
            "0",
            "null",
            "00000000-0000-0000-0000-000000000000",
            "%",
            "' or '1'='1",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            let fields = call.fields.iter().map(|(field, value)| {
                let is_secret = ["token", "draft", "code"].iter().any(|secret| field.ends_with(secret));
                (field.clone(), if is_secret { guess.to_owned() } else { value.clone() })
            });
            let guessed = Call::of(fields.collect());
            let (status, text) = watched.call(line.endpoint, Person::Nobody, &guessed, false).await;
            if ![400, 401, 404, 409, 422].contains(&status) {
                watched.complain(format!("{} with {guess}: {status} {text:.200}", line.endpoint));
            }
        }
        watched.nothing_changed(&format!("{} by guessing", line.endpoint)).await;
    }
    watched.done("guessed").await;
}
