//! Password guessing: a list of leaked e-mail and password pairs, tried by a few machines that pretend to be many.

use crate::{
    identity::Role,
    testing::{PASSWORD, TestApp, tenant, user},
};

/// Total attempts.
const TRIES: u32 = 10_000;

/// The attacker's machines.
const MACHINES: u32 = 4;

/// Accounts in the list; three of them exist.
const ACCOUNTS: u32 = 200;

/// Answered attempts of one machine within a quarter of an hour; the clock is fixed.
const ANSWERED: usize = 100;

fn forged(n: u32) -> String {
    std::net::Ipv4Addr::from_bits(n.wrapping_mul(2_654_435_761)).to_string()
}

#[tokio::test]
async fn ten_thousand_leaked_passwords_from_forged_addresses_open_nothing() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    for name in ["victim-1", "victim-77", "victim-199"] {
        user(&app, atl, name, &[Role::Admin]).await;
    }
    let mut owner = app.browser("atl.localhost").at("203.0.113.9");
    owner.sign_in("victim-77@example.com").await;

    let machines: Vec<_> = (0..MACHINES).map(|n| app.browser("atl.localhost").at(&format!("198.51.100.{n}"))).collect();
    let (mut answered, mut refused) = (0, 0);
    for n in 0..TRIES {
        let email = format!("victim-{}%40example.com", n % ACCOUNTS);
        // In its second half, when the machines are known, the list also has the right password.
        let password = if n > TRIES / 2 { PASSWORD.to_owned() } else { format!("leaked-{n}") };
        let claimed = format!("{}, {}", forged(n), forged(n + TRIES));
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("x-forwarded-for", claimed.as_str()),
            ("x-real-ip", claimed.as_str()),
            ("forwarded", "for=192.0.2.1"),
        ];
        let mut machine = machines[usize::try_from(n % MACHINES).unwrap()].clone();
        let reply = machine.post_raw("/api/sign_in", &headers, format!("email={email}&password={password}")).await;
        match reply.status.as_u16() {
            422 => answered += 1,
            429 => {
                refused += 1;
                assert!(reply.headers.contains_key("retry-after") || reply.html.contains("TooMany"), "{}", reply.html);
            }
            other => panic!("try {n} got {other}: {}", reply.html),
        }
    }
    let most = usize::try_from(MACHINES).unwrap() * ANSWERED;
    assert!(answered <= most, "{answered} of {TRIES} tries were answered, {refused} refused");
    println!(
        "{TRIES} tries from {MACHINES} machines under forged addresses: {answered} answered, {refused} refused, none signed in"
    );

    let mut owner = app.browser("atl.localhost").at("203.0.113.9");
    owner.sign_in("victim-77@example.com").await;
    assert_eq!(owner.get("/admin/board").await.status, 200, "its owner isn't locked out by what strangers do");
    app.done().await;
}
