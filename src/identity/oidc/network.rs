//! Requests to addresses given by a tenant's administrator or by a provider. Never to this installation's own network.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use openidconnect::{HttpClientError, HttpRequest, HttpResponse};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

use crate::config::Environment;

/// Time limit for one response of a provider.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Size limit of a response, in bytes: keys of large providers are some 20 kB.
const LONGEST: usize = 1_000_000;

static PUBLIC: LazyLock<Client> =
    LazyLock::new(|| client(Client::builder().https_only(true).dns_resolver(Arc::new(PublicHosts))));

/// For providers on a development machine.
static ANYWHERE: LazyLock<Client> = LazyLock::new(|| client(Client::builder()));

fn client(builder: reqwest::ClientBuilder) -> Client {
    builder.timeout(TIME_LIMIT).redirect(Policy::none()).no_proxy().build().expect("these settings are right")
}

/// Sends a request: in production over TLS and to public addresses only.
pub(super) async fn send(
    environment: Environment,
    request: HttpRequest,
) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    if environment != Environment::Production {
        return exchange(&ANYWHERE, request).await;
    }
    let host = request.uri().host().unwrap_or_default();
    if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return Err(HttpClientError::Other("an address in numbers is not resolved, so not checked".into()));
    }
    exchange(&PUBLIC, request).await
}

/// Sends a request and reads the response up to the size limit.
async fn exchange(client: &Client, request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let mut answer = client.execute(request.try_into().map_err(Box::new)?).await.map_err(Box::new)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(Box::new)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(HttpClientError::Other("an answer that is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    let mut read = http::Response::builder().status(answer.status()).version(answer.version());
    for (name, value) in answer.headers() {
        read = read.header(name, value);
    }
    Ok(read.body(body)?)
}

struct PublicHosts;

impl Resolve for PublicHosts {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|address| is_public(address.ip())).collect();
            if found.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            // Global unicast, except documentation addresses and old tunnels to IPv4.
            None => {
                v6.segments()[0] & 0xe000 == 0x2000 && !matches!(v6.segments(), [0x2001, 0 | 0xdb8, ..] | [0x2002, ..])
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || is_shared
        || is_benchmark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_private_addresses_are_rejected() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "142.250.185.78", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_not_read() {
        let server = wiremock::MockServer::start().await;
        for (path, length) in [("/long", LONGEST), ("/too-long", LONGEST + 1)] {
            wiremock::Mock::given(wiremock::matchers::path(path))
                .respond_with(wiremock::ResponseTemplate::new(200).set_body_bytes(vec![b' '; length]))
                .mount(&server)
                .await;
        }
        let ask = async |path| {
            let request = http::Request::get(format!("{}{path}", server.uri())).body(Vec::new()).unwrap();
            send(Environment::Test, request).await.map(|answer| answer.body().len())
        };
        assert_eq!(ask("/long").await.unwrap(), LONGEST);
        assert!(ask("/too-long").await.is_err());
    }

    #[tokio::test]
    async fn requests_to_ip_addresses_or_without_tls_are_rejected() {
        for address in ["https://127.0.0.1/", "https://[::1]/", "http://example.com/", "https://localhost/"] {
            let request = http::Request::get(address).body(Vec::new()).unwrap();
            assert!(send(Environment::Production, request).await.is_err(), "{address}");
        }
    }
}
