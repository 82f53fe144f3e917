//! The client's address, behind the trusted proxies.

use std::{
    fmt::{self, Display},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};

/// The client's address. Only trusted proxies may set it in `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// For requests without a socket.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// The address behind `proxies` trusted proxies: each appends the address of its caller to `X-Forwarded-For`, so the client's is
    /// the `proxies`-th from the right. Entries further left come from the client and may be anything. Without proxies, or if the entry
    /// can't be parsed, it is the address of the connection.
    pub(super) fn of(request: &Request, proxies: usize) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let named = proxies.checked_sub(1).and_then(|index| forwarded(request.headers(), index));
        named.or(peer).map_or(Self::UNKNOWN, Self::from)
    }

    /// The network whose attempts are counted together: one IPv4 address, or the /64 of an IPv6 subscriber.
    pub fn counted(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("{}/64", masked(address, 64)),
        }
    }

    /// The approximate address, to recognize a device without storing the whole address: `198.51.100.*`, `2001:db8:1::*`.
    pub fn prefix(self) -> String {
        match self.0 {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.*")
            }
            IpAddr::V6(address) => format!("{}*", masked(address, 48)),
        }
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn masked(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// The n-th entry of `X-Forwarded-For` from the right; the header may have several lines.
fn forwarded(headers: &HeaderMap, from_the_right: usize) -> Option<IpAddr> {
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|line| line.to_str()).collect::<Result<_, _>>().ok()?;
    let entry = lines.iter().flat_map(|line| line.split(',')).rev().nth(from_the_right)?.trim();
    entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|with_port| with_port.ip())).ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn seen(proxies: usize, lines: &[&'static str]) -> String {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo("10.0.0.1:4000".parse::<SocketAddr>().unwrap()));
        for line in lines {
            request.headers_mut().append("x-forwarded-for", line.parse().unwrap());
        }
        ClientAddress::of(&request, proxies).to_string()
    }

    #[test]
    fn without_proxies_the_header_is_ignored() {
        assert_eq!(seen(0, &["203.0.113.9"]), "10.0.0.1");
    }

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        assert_eq!(seen(1, &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen(1, &["1.1.1.1, 2.2.2.2, 203.0.113.9"]), "203.0.113.9", "forged entries are further left");
        assert_eq!(seen(2, &["1.1.1.1, 203.0.113.9, 10.9.9.9"]), "203.0.113.9");
        assert_eq!(seen(2, &["1.1.1.1", "203.0.113.9, 10.9.9.9"]), "203.0.113.9", "the header in two lines");
    }

    #[test]
    fn a_header_that_is_too_short_or_nonsense_leaves_the_caller() {
        assert_eq!(seen(1, &[]), "10.0.0.1");
        assert_eq!(seen(2, &["203.0.113.9"]), "10.0.0.1");
        assert_eq!(seen(1, &["203.0.113.9, somewhere"]), "10.0.0.1");
    }

    #[test]
    fn ports_and_mapped_addresses_are_read() {
        assert_eq!(seen(1, &["203.0.113.9:443"]), "203.0.113.9");
        assert_eq!(seen(1, &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(seen(1, &["::ffff:203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_client() {
        let of = |text: &str| ClientAddress::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6").counted(), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2:ffff::1").counted(), of("2001:db8:1:2:3:4:5:6").counted());
        assert_ne!(of("2001:db8:1:3::1").counted(), of("2001:db8:1:2::1").counted());
        assert_eq!(
            (of("198.51.100.7").prefix(), of("2001:db8:1:2::1").prefix()),
            ("198.51.100.*".into(), "2001:db8:1::*".into())
        );
    }
}
