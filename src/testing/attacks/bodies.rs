//! Bodies that are too large or malformed.

use crate::testing::access::{Person, Watched, functions};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Content types with a body that is malformed, or that no form sends.
fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    let nested = "[".repeat(20_000);
    vec![
        (FORM.1, b"%".to_vec()),
        (FORM.1, b"%zz=%zz&&&===".to_vec()),
        (FORM.1, vec![0xff, 0xfe, 0x00, b'=', 0xc0, 0xaf]),
        (FORM.1, format!("a{nested}=1").into_bytes()),
        (FORM.1, "a[b]=1&a=2&a[]=3&a[b][c]=4".into()),
        (FORM.1, "x=1&".repeat(10_000).into_bytes()),
        ("application/json", nested.into_bytes()),
        ("application/json", b"{\"email\": [1, {}]}".to_vec()),
        ("application/cbor", vec![0x9f; 1000]),
        ("multipart/form-data", b"no boundary".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data; name=\"\"\r\n\r\n".to_vec()),
        ("text/plain", b"email=a@b.c".to_vec()),
        ("\u{7f}", Vec::new()),
        ("", Vec::new()),
    ]
}

#[tokio::test]
async fn malformed_bodies_are_refused_and_change_nothing() {
    let mut watched = Watched::new().await;
    for line in functions() {
        let person = *line.may.last().unwrap();
        let action = format!("/api/{}", line.endpoint);
        for (kind, body) in malformed() {
            let Ok(kind) = http::HeaderValue::from_str(kind) else { continue };
            let headers = [
                ("content-type", kind.to_str().unwrap()),
                ("sec-fetch-site", "same-origin"),
                ("accept", "application/json"),
            ];
            let reply = watched.standing(person, line.host).post_raw(&action, &headers, body).await;
            watched.calls += 1;
            if reply.status.is_server_error() {
                watched.complain(format!("{action} with {kind:?}: {} {:.200}", reply.status, reply.html));
            }
        }
    }
    watched.done("malformed").await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let mut watched = Watched::new().await;
    watched.changes().await;
    let large = vec![b'a'; 1024 * 1024];
    for line in functions() {
        let headers = [FORM, ("sec-fetch-site", "same-origin"), ("accept", "application/json")];
        let mut browser = watched.standing(Person::Admin, line.host);
        let reply = browser.post_raw(&format!("/api/{}", line.endpoint), &headers, large.clone()).await;
        watched.calls += 1;
        if ![400, 413].contains(&reply.status.as_u16()) {
            watched.complain(format!("{}: {}", line.endpoint, reply.status));
        }
    }
    watched.nothing_changed("a large body").await;
    watched.done("too large").await;
}

#[tokio::test]
async fn long_addresses_and_headers_are_no_fault_of_ours() {
    let watched = Watched::new().await;
    let mut browser = watched.world.ours.browser(Person::Admin);
    let long = "a".repeat(30_000);
    for path in [format!("/{long}"), format!("/admin/bookings?q={long}"), format!("/b/{long}"), format!("/live/{long}")]
    {
        let reply = browser.get(&path).await;
        assert!(!reply.status.is_server_error(), "{:.40}: {}", path, reply.status);
    }
    for header in
        ["cookie", "user-agent", "referer", "accept-language", "x-request-id", "x-forwarded-for", "sec-fetch-site"]
    {
        let reply = browser.get_with("/", &[(header, &long)]).await;
        assert!(!reply.status.is_server_error(), "{header}: {}", reply.status);
    }
    watched.done("long").await;
}
