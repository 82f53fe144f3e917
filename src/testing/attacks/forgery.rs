//! Cross-site request forgery: a page of another site makes a signed-in user's browser send a form.

use crate::testing::access::{Watched, functions};

/// Headers of such a request. The last has none, as from an old browser.
const FOREIGN: [&[(&str, &str)]; 5] = [
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("sec-fetch-site", "same-site"), ("origin", "http://theirs.localhost")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[],
];

#[tokio::test]
async fn a_form_of_another_site_is_refused_everywhere() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let person = *line.may.last().unwrap();
        let call = (line.prepare)(&watched.world.ours, person).await;
        watched.changes().await;
        let mut browser = watched.browser(person, &call, true);
        if !browser.is_known() {
            browser = watched.standing(person, line.host);
        }
        let action = format!("/api/{}", line.endpoint);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&call.fields).finish();
        for headers in FOREIGN {
            let mut headers = headers.to_vec();
            headers.push(("content-type", "application/x-www-form-urlencoded"));
            let reply = browser.post_raw(&action, &headers, body.clone()).await;
            watched.expect(&format!("{action} with {headers:?}"), person, 403, (reply.status.as_u16(), reply.html));
        }
        let reply = browser.get(&format!("{action}?{body}")).await;
        watched.expect(&format!("GET {action}"), person, 303, (reply.status.as_u16(), reply.html));
        watched.nothing_changed(&action).await;
    }
    watched.done("forged").await;
}
