//! Open redirects to an attacker's site.

use crate::{
    identity::own_path,
    testing::{
        access::{Person, Watched, functions},
        sources,
    },
};

/// What a browser would interpret as an address elsewhere.
const ELSEWHERE: [&str; 9] = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\t//evil.example/",
    "/\n/evil.example/",
    "javascript:alert(1)",
    "http:evil.example",
];

fn stays_here(location: &str) -> bool {
    location.starts_with('/')
        && !location.starts_with("//")
        && !location.contains(|c: char| c == '\\' || c.is_control())
}

/// Endpoints whose form has a `next` field, from the sources.
fn endpoints_with_next() -> Vec<String> {
    let sources = sources();
    let with_next = sources.iter().filter(|source| source.code.contains("pub next: String"));
    with_next
        .flat_map(|source| source.code.split("endpoint = \"").skip(1))
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn no_form_leads_to_another_site() {
    let mut watched = Watched::new().await;
    let endpoints = endpoints_with_next();
    assert!(endpoints.iter().any(|endpoint| endpoint == "sign_in"), "{endpoints:?}");
    for elsewhere in ELSEWHERE {
        assert_eq!(own_path(elsewhere), None, "{elsewhere:?}");
    }
    for line in functions().into_iter().filter(|line| endpoints.iter().any(|endpoint| endpoint == line.endpoint)) {
        for elsewhere in ["https://evil.example/", "/\t/evil.example/"] {
            let call = (line.prepare)(&watched.world.ours, line.may[0]).await;
            let mut browser = watched.browser(line.may[0], &call, true);
            let mut fields: Vec<_> = call.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.retain(|(name, _)| *name != "next");
            fields.push(("next", elsewhere));
            let reply = browser.post("/", &format!("/api/{}", line.endpoint), &fields).await;
            watched.calls += 1;
            if !reply.location.as_deref().is_none_or(stays_here) {
                watched.complain(format!("{} leads from {elsewhere:?} to {:?}", line.endpoint, reply.location));
            }
        }
    }
    watched.done("led elsewhere").await;
}

#[tokio::test]
async fn a_rejected_form_goes_back_to_this_site_only() {
    let watched = Watched::new().await;
    let mut browser = watched.world.ours.browser(Person::Nobody);
    for referer in [
        "https://evil.example/x",
        "http://ours.localhost//evil.example/",
        "http://ours.localhost/\\evil.example",
        "nonsense",
    ] {
        let headers = [
            ("referer", referer),
            ("sec-fetch-site", "same-origin"),
            ("accept", "text/html"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let reply = browser.post_raw("/api/sign_in", &headers, "email=&password=").await;
        assert!(reply.location.as_deref().is_none_or(stays_here), "{referer}: {:?}", reply.location);
    }
    watched.done("addresses one comes from").await;
}

/// Links in pages and messages use the requested host, so unknown hosts must be rejected.
#[tokio::test]
async fn an_unknown_host_gets_only_an_explaining_page() {
    let watched = Watched::new().await;
    let mut stranger = watched.world.ours.browser(Person::Admin).on("evil.example");
    for path in ["/sign-in", "/admin/board", "/b/x", "/nothing"] {
        let reply = stranger.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.html.contains("evil.example/"), "{}", reply.html);
    }
    let mut visitor = watched.world.ours.browser(Person::Nobody);
    let reply =
        visitor.get_with("/sign-in", &[("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")]).await;
    assert!(!reply.html.contains("evil.example"), "{}", reply.html);
    watched.done("hosts").await;
}
