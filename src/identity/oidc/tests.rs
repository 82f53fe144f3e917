//! Against a test provider that answers as scripted: correctly, and wrongly in every way.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use openidconnect::{
    AccessToken, Audience, EmptyAdditionalClaims, EndUserEmail, EndUserName, IssuerUrl, JsonWebKeyId, LocalizedClaim,
    Nonce, PrivateSigningKey, StandardClaims, SubjectIdentifier,
    core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::store::{self, ProviderDetails};
use crate::{
    identity::{AccountStatus, Role, second_factor, store as accounts},
    tenants::Tenant,
    testing::{Browser, Reply, TestApp, begin, tenant, unverified, user},
};

const HOST: &str = "atl.localhost";
const KEY: &str = include_str!("test-key.pem");
const OTHER_KEY: &str = include_str!("other-test-key.pem");

fn key(pem: &str) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new("k1".into()))).unwrap()
}

/// A test provider, and an application that trusts it.
struct Stage {
    app: TestApp,
    atl: Id<Tenant>,
    server: MockServer,
}

/// The claims of an ID token.
struct Claims {
    issuer: String,
    audience: String,
    expires_at: DateTime<Utc>,
    nonce: String,
    subject: String,
    email: Option<&'static str>,
    is_verified: bool,
    /// When they signed in there; not every provider says so.
    signed_in_at: Option<DateTime<Utc>>,
    pem: &'static str,
    /// The access token issued together with it.
    access: &'static str,
}

impl Stage {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let server = MockServer::start().await;
        let issuer = server.uri();
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        });
        answer(&server, "GET", "/.well-known/openid-configuration", &metadata).await;
        let keys = json!({ "keys": [serde_json::to_value(key(KEY).as_verification_key()).unwrap()] });
        answer(&server, "GET", "/keys", &keys).await;
        let details = ProviderDetails {
            slug: "acme".into(),
            label: "Acme".into(),
            issuer,
            client_id: "wayside".into(),
            client_secret: Some("hush".to_owned().into()),
            is_enabled: true,
        };
        let mut tx = begin(&app, atl).await;
        store::insert(&mut tx, &app.app.keys, &details).await.unwrap();
        tx.commit().await.unwrap();
        Self { app, atl, server }
    }

    /// A browser that was redirected to the provider, and the parameters of that redirect.
    async fn sent_there(&self) -> (Browser, Sent) {
        let mut browser = self.app.browser(HOST);
        let sent = self.send(&mut browser, "/sign-in/with/acme?next=%2Fbook").await;
        (browser, sent)
    }

    /// Follows the page's link to the provider; returns the parameters of the redirect.
    async fn send(&self, browser: &mut Browser, page: &str) -> Sent {
        let reply = browser.get(page).await;
        let address = reqwest::Url::parse(&reply.location.unwrap()).unwrap();
        assert!(address.as_str().starts_with(&format!("{}/authorize?", self.server.uri())));
        Sent(address.query_pairs().into_owned().collect())
    }

    /// Correct claims about `ann@example.com`.
    fn claims(&self, sent: &Sent) -> Claims {
        Claims {
            issuer: self.server.uri(),
            audience: "wayside".into(),
            expires_at: self.app.now() + TimeDelta::minutes(5),
            nonce: sent.get("nonce"),
            subject: "acme-17".into(),
            email: Some("ann@example.com"),
            is_verified: true,
            signed_in_at: None,
            pem: KEY,
            access: "access",
        }
    }

    /// The browser returns, and the code is exchanged for this token.
    async fn come_back(&self, browser: &mut Browser, sent: &Sent, token: &str) -> Reply {
        self.come_back_with("access", browser, sent, token).await
    }

    /// The same with another access token.
    async fn come_back_with(&self, access: &str, browser: &mut Browser, sent: &Sent, token: &str) -> Reply {
        let tokens = json!({ "access_token": access, "token_type": "Bearer", "id_token": token });
        let _guard = Mock::given(method("POST"))
            .and(path("/token"))
            .respond_with(ResponseTemplate::new(200).set_body_json(tokens))
            .mount_as_scoped(&self.server)
            .await;
        browser.get(&format!("/sign-in/with/acme/callback?code=c0de&state={}", sent.get("state"))).await
    }

    /// The whole flow, with the claims of a correct provider changed by `change`.
    async fn sign_in(&self, change: impl FnOnce(&mut Claims)) -> (Browser, Reply) {
        let (mut browser, sent) = self.sent_there().await;
        let mut claims = self.claims(&sent);
        change(&mut claims);
        let reply = self.come_back(&mut browser, &sent, &claims.sign(self.app.now())).await;
        (browser, reply)
    }

    async fn accounts(&self) -> Vec<(String, bool)> {
        sqlx::query_as("select email, email_verified_at is not null from users order by email")
            .fetch_all(&mut *begin(&self.app, self.atl).await)
            .await
            .unwrap()
    }
}

async fn answer(server: &MockServer, verb: &str, at: &str, body: &Value) {
    let answer = ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(server).await;
}

struct Sent(std::collections::HashMap<String, String>);

impl Sent {
    fn get(&self, name: &str) -> String {
        self.0[name].clone()
    }
}

impl Claims {
    fn sign(&self, now: DateTime<Utc>) -> String {
        let mut name = LocalizedClaim::new();
        name.insert(None, EndUserName::new("Ann Lee".into()));
        let about = StandardClaims::new(SubjectIdentifier::new(self.subject.clone()))
            .set_name(Some(name))
            .set_email(self.email.map(|email| EndUserEmail::new(email.into())))
            .set_email_verified(Some(self.is_verified));
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new(self.issuer.clone()).unwrap(),
            vec![Audience::new(self.audience.clone())],
            self.expires_at,
            now,
            about,
            EmptyAdditionalClaims {},
        )
        .set_nonce(Some(Nonce::new(self.nonce.clone())))
        .set_auth_time(self.signed_in_at);
        let access = AccessToken::new(self.access.into());
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        CoreIdToken::new(claims, &key(self.pem), algorithm, Some(&access), None).unwrap().to_string()
    }
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account/security").await.status == 200
}

#[tokio::test]
async fn a_new_person_gets_an_account_and_continues_to_the_requested_page() {
    let stage = Stage::new().await;
    let offered = stage.app.browser(HOST).get("/sign-in").await;
    assert_eq!(offered.attribute("a[href^='/sign-in/with/']", "href").as_deref(), Some("/sign-in/with/acme"));
    let (mut browser, sent) = stage.sent_there().await;
    assert_eq!(sent.get("redirect_uri"), "http://atl.localhost/sign-in/with/acme/callback");
    assert_eq!((sent.get("code_challenge_method"), sent.get("response_type")), ("S256".into(), "code".into()));
    let token = stage.claims(&sent).sign(stage.app.now());
    let reply = stage.come_back(&mut browser, &sent, &token).await;
    assert_eq!(reply.location.as_deref(), Some("/book"), "{}", reply.text());
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(stage.accounts().await, [("ann@example.com".into(), true)]);

    let requests = stage.server.received_requests().await.unwrap();
    let exchange = requests.iter().find(|request| request.url.path() == "/token").unwrap();
    let fields: std::collections::HashMap<_, _> = form_urlencoded::parse(&exchange.body).into_owned().collect();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(fields["code_verifier"].as_bytes()));
    assert_eq!(challenge, sent.get("code_challenge"), "only who began it can finish it");
    stage.app.done().await;
}

#[tokio::test]
async fn an_account_with_the_verified_address_is_linked_and_stays_so_when_the_address_changes() {
    let stage = Stage::new().await;
    user(&stage.app, stage.atl, "ann", &[Role::Customer]).await;
    let (mut browser, _) = stage.sign_in(|_| ()).await;
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(stage.app.mailbox("ann@example.com").await[0].subject, "You can sign in with Acme");
    let (mut browser, _) = stage.sign_in(|claims| claims.email = Some("ann@elsewhere.example")).await;
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(stage.accounts().await.len(), 1, "the provider's name for the person counts");
    stage.app.done().await;
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_for_us_and_for_now_is_refused() {
    let stage = Stage::new().await;
    type Change = (&'static str, fn(&mut Claims));
    let lies: [Change; 5] = [
        ("nonce", |claims| claims.nonce = "another".into()),
        ("audience", |claims| claims.audience = "somebody-else".into()),
        ("issuer", |claims| claims.issuer = "https://evil.example".into()),
        ("expiry", |claims| claims.expires_at -= TimeDelta::minutes(10)),
        ("key", |claims| claims.pem = OTHER_KEY),
    ];
    for (lie, change) in lies {
        let (mut browser, reply) = stage.sign_in(change).await;
        assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=failed"), "{lie}");
        assert!(!is_signed_in(&mut browser).await, "{lie}");
    }
    let (mut browser, sent) = stage.sent_there().await;
    let signed = stage.claims(&sent).sign(stage.app.now());
    let payload = signed.split('.').nth(1).unwrap();
    let unsigned = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    let reply = stage.come_back(&mut browser, &sent, &unsigned).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=failed"), "unsigned");
    let page = browser.get("/sign-in?refused=failed").await;
    assert!(page.text().contains("We couldn't confirm who you are."), "{}", page.text());
    assert!(stage.accounts().await.is_empty());
    stage.app.done().await;
}

#[tokio::test]
async fn an_access_token_that_no_request_can_carry_is_refused() {
    let stage = Stage::new().await;
    let (mut browser, sent) = stage.sent_there().await;
    let mut claims = stage.claims(&sent);
    (claims.access, claims.email) = ("two\nlines", None);
    let token = claims.sign(stage.app.now());
    let reply = stage.come_back_with(claims.access, &mut browser, &sent, &token).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=failed"), "{}", reply.html);
    stage.app.done().await;
}

#[tokio::test]
async fn accounts_are_linked_only_by_an_address_verified_on_both_sides() {
    let stage = Stage::new().await;
    let ann = user(&stage.app, stage.atl, "ann", &[Role::Admin]).await;
    let (mut browser, reply) = stage.sign_in(|claims| claims.is_verified = false).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=no-email"));
    assert!(!is_signed_in(&mut browser).await);
    let (_, reply) = stage.sign_in(|claims| claims.email = None).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=no-email"));
    unverified(&stage.app, stage.atl, ann).await;
    let (mut browser, reply) = stage.sign_in(|_| ()).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=unverified"));
    assert!(!is_signed_in(&mut browser).await);
    let mut tx = begin(&stage.app, stage.atl).await;
    accounts::verify_email(&mut tx, ann).await.unwrap();
    accounts::set_status(&mut tx, ann, AccountStatus::Suspended, Some("Unpaid.")).await.unwrap();
    tx.commit().await.unwrap();
    let (_, reply) = stage.sign_in(|_| ()).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?refused=closed"));
    stage.app.done().await;
}

#[tokio::test]
async fn an_identity_providers_answer_works_once_in_one_browser_for_ten_minutes() {
    let stage = Stage::new().await;
    let stale = Some("/sign-in?refused=stale");
    let (browser, sent) = stage.sent_there().await;
    let token = stage.claims(&sent).sign(stage.app.now());
    let mut stranger = stage.app.browser(HOST);
    assert_eq!(stage.come_back(&mut stranger, &sent, &token).await.location.as_deref(), stale, "another browser");
    let (mut other, _) = stage.sent_there().await;
    assert_eq!(stage.come_back(&mut other, &sent, &token).await.location.as_deref(), stale, "another state");
    let mut first = browser.clone();
    assert_eq!(stage.come_back(&mut first, &sent, &token).await.location.as_deref(), Some("/book"));
    let mut replayed = browser.clone();
    assert_eq!(stage.come_back(&mut replayed, &sent, &token).await.location.as_deref(), stale, "replayed");

    let (mut late, sent) = stage.sent_there().await;
    stage.app.pass(TimeDelta::minutes(10)).await;
    let token = stage.claims(&sent).sign(stage.app.now());
    assert_eq!(stage.come_back(&mut late, &sent, &token).await.location.as_deref(), stale, "late");

    let (mut browser, sent) = stage.sent_there().await;
    let declined = format!("/sign-in/with/acme/callback?error=access_denied&state={}", sent.get("state"));
    assert_eq!(browser.get(&declined).await.location.as_deref(), Some("/sign-in?refused=declined"));
    stage.app.done().await;
}

#[tokio::test]
async fn another_site_cannot_start_a_sign_in_at_a_provider() {
    let stage = Stage::new().await;
    let mut browser = stage.app.browser(HOST);
    let led = browser.get_with("/sign-in/with/acme?next=%2Fbook", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(led.location.as_deref(), Some("/sign-in"), "to press the button themselves");
    let pressed = browser.get_with("/sign-in/with/acme", &[("sec-fetch-site", "same-origin")]).await;
    assert!(pressed.location.unwrap().contains("/authorize?"));
    stage.app.done().await;
}

#[tokio::test]
async fn without_a_password_the_identity_provider_proves_identity() {
    let stage = Stage::new().await;
    let (mut browser, _) = stage.sign_in(|_| ()).await;
    stage.app.pass(TimeDelta::minutes(16)).await;
    let asked = browser.get("/account/passkeys").await;
    let page = browser.get(&asked.location.unwrap()).await;
    assert!(page.all("input[name=password]").is_empty(), "there is none to type");
    let again = page.attribute("a[href^='/sign-in/with/']", "href").unwrap();

    let sent = stage.send(&mut browser, &again).await;
    assert_eq!(sent.get("max_age"), "0", "the provider has to ask");
    let mut claims = stage.claims(&sent);
    claims.signed_in_at = Some(stage.app.now() - TimeDelta::hours(2));
    let token = claims.sign(stage.app.now());
    let refused = stage.come_back(&mut browser, &sent, &token).await;
    let back = refused.location.unwrap();
    assert_eq!(back, "/account/confirm?next=%2Faccount%2Fpasskeys&refused=failed", "it didn't ask");
    assert!(browser.get(&back).await.text().contains("Sign-in failed"));
    assert_eq!(browser.get("/account/passkeys").await.status, 303);

    let sent = stage.send(&mut browser, &again).await;
    let mut claims = stage.claims(&sent);
    (claims.subject, claims.email) = ("acme-18".into(), Some("somebody-else@example.com"));
    let token = claims.sign(stage.app.now());
    let refused = stage.come_back(&mut browser, &sent, &token).await;
    assert!(refused.location.unwrap().ends_with("&refused=somebody-else"));
    assert_eq!(stage.accounts().await.len(), 1, "nobody else gets an account by that");

    let sent = stage.send(&mut browser, &again).await;
    let mut claims = stage.claims(&sent);
    claims.signed_in_at = Some(stage.app.now());
    let token = claims.sign(stage.app.now());
    let reply = stage.come_back(&mut browser, &sent, &token).await;
    assert_eq!(reply.location.as_deref(), Some("/account/passkeys"));
    assert_eq!(browser.get("/account/passkeys").await.status, 200);
    stage.app.done().await;
}

#[tokio::test]
async fn the_second_factor_is_asked_for_all_the_same() {
    let stage = Stage::new().await;
    let ann = user(&stage.app, stage.atl, "ann", &[Role::Staff]).await;
    let mut tx = begin(&stage.app, stage.atl).await;
    second_factor::activate(&mut tx, &stage.app.app.keys, ann).await;
    tx.commit().await.unwrap();
    let (mut browser, reply) = stage.sign_in(|_| ()).await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in/code"));
    assert!(!is_signed_in(&mut browser).await);
    stage.app.done().await;
}

#[tokio::test]
async fn identity_providers_belong_to_one_tenant_and_can_be_disabled() {
    let stage = Stage::new().await;
    tenant(&stage.app, "other").await;
    assert_eq!(stage.app.browser("other.localhost").get("/sign-in/with/acme").await.status, 404);
    let mut tx = begin(&stage.app, stage.atl).await;
    sqlx::query("update identity_providers set is_enabled = false").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stage.app.browser(HOST).get("/sign-in/with/acme").await.status, 404);
    assert!(!stage.app.browser(HOST).get("/sign-in").await.html.contains("/sign-in/with/"));
    stage.app.done().await;
}

#[tokio::test]
async fn an_administrator_adds_a_provider_whose_secret_is_never_shown_again() {
    let app = TestApp::new().await;
    let atl = tenant(&app, "atl").await;
    user(&app, atl, "ann", &[Role::Admin]).await;
    let mut browser = app.browser(HOST);
    browser.sign_in("ann@example.com").await;
    let fields = |issuer: &'static str| {
        [
            ("label", "Acme"),
            ("slug", "acme"),
            ("issuer", issuer),
            ("client_id", "wayside"),
            ("client_secret", "hush-hush"),
            ("enabled", "true"),
        ]
    };
    let page = "/admin/settings/sign-in";
    let rejected = browser.submit(page, "/api/add_identity_provider", &fields("acme.example")).await;
    assert!(rejected.text().contains("Enter the provider's address"), "{}", rejected.text());
    assert!(!rejected.html.contains("hush-hush"));
    let shown = browser.submit(page, "/api/add_identity_provider", &fields("https://acme.example")).await;
    assert!(shown.html.contains("http://atl.localhost/sign-in/with/acme/callback"), "{}", shown.html);
    assert!(!shown.html.contains("hush-hush"));
    let everything: Vec<String> = sqlx::query_scalar(
        "select p::text from identity_providers p union all select d::text from form_drafts d union all select a::text from audit_log a",
    )
    .fetch_all(&mut *begin(&app, atl).await)
    .await
    .unwrap();
    let hex: String = "hush-hush".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!everything.iter().any(|row| row.contains("hush-hush") || row.contains(&hex)));
    app.done().await;
}

#[tokio::test]
async fn a_sign_in_in_progress_is_encrypted_in_the_session() {
    let stage = Stage::new().await;
    let (_, sent) = stage.sent_there().await;
    let kept: String = sqlx::query_scalar("select data::text from platform.sessions where data ? 'oidc'")
        .fetch_one(&mut stage.app.database.owner().await)
        .await
        .unwrap();
    for secret in [sent.get("nonce"), sent.get("state")] {
        assert!(!kept.contains(&secret), "{kept}");
    }
    assert!(!kept.contains("verifier"), "{kept}");
    stage.app.done().await;
}

#[tokio::test]
async fn an_identity_provider_does_not_replace_a_required_second_factor() {
    let stage = Stage::new().await;
    user(&stage.app, stage.atl, "ann", &[Role::Staff]).await;
    sqlx::query("update platform.tenants set settings = settings || '{\"staff_second_factor\": true}'")
        .execute(&mut stage.app.database.owner().await)
        .await
        .unwrap();
    let (mut browser, _) = stage.sign_in(|_| ()).await;
    assert_eq!(browser.get("/admin/board").await.location.as_deref(), Some("/account/second-factor"));
    stage.app.done().await;
}
