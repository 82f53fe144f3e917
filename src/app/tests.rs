//! Every page of the route table, on the demo data.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use crate::{
    db::Tx,
    dispatch,
    identity::token::Token,
    seeds,
    server::{Access, Route},
    testing::{Browser, TestApp, field::new_job, impersonation, links, queries_of},
};

/// The most queries of a page; session and user count as one, and statements that begin and end the transaction don't count.
const MOST_QUERIES: usize = 6;

/// The candidates page searches rings around the job, like the dispatcher: each wider than the one before.
const MOST_WIDENINGS: usize = 3;

/// The fee for cancelling each open booking depends on its provider's progress, the agreed price and the kind of business.
const FOR_AN_OPEN_BOOKING: usize = 3;

/// A published job's page has its people, its bookings, how many they are, and its history.
const FOR_A_PUBLISHED_JOB: usize = 3;

const HOST: &str = "roadside-atl.localhost";
const ELSEWHERE: &str = "magic-city-tow.localhost";

/// Every page of the demo's businesses.
fn routes() -> Vec<Route> {
    let offered = seeds::verticals().unwrap();
    super::routes().into_iter().filter(|route| route.vertical.is_none_or(|kind| offered.contains(&kind))).collect()
}

/// The demo tenants.
async fn demo() -> TestApp {
    let app = TestApp::new().await;
    seeds::load(&app.app.db, &mut app.database.owner().await, &app.app.keys).await.unwrap();
    app
}

/// Example values for the parameters of every page's path.
struct Examples {
    token: String,
    /// Tokens of links that were sent, by the first part of the path.
    mailed: BTreeMap<String, String>,
    own_reference: String,
    reference: String,
    service: String,
    customer: String,
    person: String,
    provider: String,
    payout: String,
    job: String,
    /// One that bookings may join.
    published: String,
    offer: String,
    logo: String,
}

impl Examples {
    async fn find(app: &TestApp) -> Self {
        let tenant = app.app.hosts.find(&app.app.db, HOST).await.unwrap().unwrap();
        let mut tx = app.app.db.begin_system(tenant.id).await.unwrap();
        let summary = seeds::summary("3000").unwrap();
        let token = summary.split("/track/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        keep_under(&mut tx, &token).await;
        let tanya = "(select id from providers where email = 'tanya@roadsideatl.com')";
        let logo = tenant.logo_hash.clone().unwrap();
        let mut mailed = mailed(app).await;
        let published = dispatch::publish(&mut tx, new_job(app.now())).await.unwrap().to_string();
        let ashley = text(&mut tx, "select id::text from users where email = 'ashley@example.com'".into()).await;
        mailed.insert("impersonate".into(), impersonation(app, tenant.id, ashley.parse().unwrap()).await);
        Self {
            logo,
            token,
            published,
            mailed,
            own_reference: text(&mut tx, "select reference from bookings b join customers c on c.id = b.customer_id where c.email = 'ashley@example.com' and b.phase = 'completed' limit 1".into()).await,
            reference: text(&mut tx, "select reference from bookings where phase = 'dispatched' limit 1".into()).await,
            service: text(&mut tx, "select id::text from services where slug = 'towing'".into()).await,
            customer: text(&mut tx, "select id::text from customers where email = 'ashley@example.com'".into()).await,
            person: text(&mut tx, "select id::text from users where email = 'dispatch@roadsideatl.com'".into()).await,
            provider: text(&mut tx, format!("select {tanya}::text")).await,
            payout: text(&mut tx, "select id::text from payouts limit 1".into()).await,
            job: text(&mut tx, format!("select job_id::text from assignments where provider_id = {tanya} limit 1")).await,
            offer: text(&mut tx, format!("select id::text from offers where provider_id = {tanya} limit 1")).await,
        }
        .kept(tx)
        .await
    }

    /// Commits the rows of these examples.
    async fn kept(self, tx: Tx) -> Self {
        tx.commit().await.unwrap();
        self
    }

    /// The path with its parameters filled in.
    fn fill(&self, path: &str) -> String {
        let id = match path.split('/').nth(2).unwrap_or_default() {
            "customers" => &self.customer,
            "payouts" => &self.payout,
            "people" => &self.person,
            "providers" => &self.provider,
            "services" => &self.service,
            "jobs" if path.starts_with("/admin") => &self.published,
            "jobs" | "open" => &self.job,
            _ => &self.offer,
        };
        let first = path.split('/').nth(1).unwrap_or_default();
        let reference = if path.starts_with("/account") { &self.own_reference } else { &self.reference };
        let filled = path
            .replace("{token}", self.mailed.get(first).unwrap_or(&self.token))
            .replace("{reference}", reference)
            .replace("{service}", "towing")
            .replace("{hash}", &self.logo)
            .replace("{id}", id);
        if path == "/admin/payouts/new" { format!("{filled}?provider={}", self.provider) } else { filled }
    }
}

/// An invitation and a certificate of erasure with the same token.
async fn keep_under(tx: &mut Tx, token: &str) {
    let hash = Token::from(token).hash();
    for sql in [
        "insert into invites (id, email, role, token_hash, invited_by, expires_at)
         select gen_random_uuid(), 'wren@example.com', 'provider', $1, id, app.now() + interval '1 hour' from users where 'admin' = any(roles) limit 1",
        "insert into erasures (id, token_hash, asked_by, erased, cancelled, searched_for, not_unique)
         values (gen_random_uuid(), $1, 'person', '{}', 0, '{}', '{}')",
    ] {
        sqlx::query(sql).bind(&hash).execute(&mut **tx).await.unwrap();
    }
}

/// Tokens of links that were mailed, by the first part of their path.
async fn mailed(app: &TestApp) -> BTreeMap<String, String> {
    let ashley = "ashley@example.com";
    let mut browser = app.browser(HOST);
    browser.sign_in(ashley).await;
    let (agree, _) = links::agreement_paths(app, &mut browser, ashley, "moved@example.com").await;
    let verify = links::verification_path(app, &mut browser, ashley).await;
    let sign_up = links::sign_up_path(app, HOST, "newcomer@example.com").await;
    let reset = links::reset_path(app, HOST, ashley).await;
    [agree, verify, sign_up, reset]
        .iter()
        .filter_map(|path| path.trim_start_matches('/').split_once('/'))
        .map(|(first, token)| (first.to_owned(), token.to_owned()))
        .collect()
}

async fn text(tx: &mut Tx, query: String) -> String {
    sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut **tx).await.unwrap()
}

/// A browser of somebody who may open pages with this access.
async fn somebody(app: &TestApp, access: Access) -> Browser {
    let mut browser = app.browser(HOST);
    match access {
        Access::Anyone | Access::Developer => {}
        Access::SignedIn | Access::InPerson => browser.sign_in("ashley@example.com").await,
        Access::Provider => browser.sign_in("tanya@roadsideatl.com").await,
        Access::Staff | Access::Admin => browser.sign_in("admin@roadsideatl.com").await,
    }
    browser
}

#[tokio::test]
async fn every_page_answers_with_few_queries() {
    let app = demo().await;
    let examples = Examples::find(&app).await;
    let may_lead_on = [
        "/account",
        "/account/bookings/{reference}/cancel",
        "/account/bookings/{reference}/move",
        "/account/confirm",
        "/account/second-factor/codes",
        "/admin",
        "/admin/jobs/{id}/cancel-bookings",
        "/b/{token}/cancel",
        "/b/{token}/move",
        "/book/{service}/review",
        "/provider/offers",
        "/provider/offers/{id}",
        "/provider/open/{id}",
        "/sign-in/code",
        "/sign-in/phone/code",
    ];
    let mut asked = 0;
    let mut complaints = Vec::new();
    // Pages of an identity provider need one that answers; other tests use a fake one.
    for route in routes().into_iter().filter(|route| !route.path.contains("{provider}")) {
        let path = examples.fill(route.path);
        let mut browser = somebody(&app, route.access).await;
        let (reply, mut queries) = queries_of(browser.get(&path)).await;
        let leads_on = reply.status == StatusCode::SEE_OTHER && may_lead_on.contains(&route.path);
        if reply.status != StatusCode::OK && !leads_on {
            complaints.push(format!("{path}: {} {}", reply.status, reply.text()));
        }
        let signed_in = usize::from(!matches!(route.access, Access::Anyone | Access::Developer));
        let widening = match route.path.rsplit('/').next() {
            Some("assign") if route.path.starts_with("/admin/jobs") => MOST_WIDENINGS + 1, // its name
            Some("assign") => MOST_WIDENINGS,
            _ if route.path == "/admin/jobs/{id}" => FOR_A_PUBLISHED_JOB,
            Some("erase") => FOR_AN_OPEN_BOOKING,
            _ => 0,
        };
        let most = MOST_QUERIES + widening + signed_in;
        if queries.len() > most {
            // Every ten seconds the tenant and its logo are read as well.
            queries = queries_of(browser.get(&path)).await.1;
        }
        if queries.len() > most {
            complaints.push(format!("{path} asks {} times: {queries:#?}", queries.len()));
        }
        asked += queries.len();
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(asked > routes().len(), "queries are counted");
    app.done().await;
}

#[tokio::test]
async fn a_page_that_needs_an_account_sends_strangers_to_sign_in_and_is_not_there_for_others() {
    let app = demo().await;
    let examples = Examples::find(&app).await;
    let mut stranger = app.browser(HOST);
    let mut customer = app.browser(HOST);
    customer.sign_in("brandon@example.com").await;
    for route in routes() {
        if matches!(route.access, Access::Anyone | Access::Developer) {
            continue;
        }
        let path = examples.fill(route.path);
        let reply = stranger.get(&path).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}");
        assert!(reply.location.unwrap().starts_with("/sign-in?next="), "{path}");
        if !matches!(route.access, Access::SignedIn | Access::InPerson) || route.path.contains('{') {
            assert_eq!(customer.get(&path).await.status, StatusCode::NOT_FOUND, "{path} to somebody else's customer");
        }
    }
    app.done().await;
}

#[tokio::test]
async fn rows_of_a_tenant_are_not_found_by_another() {
    let app = demo().await;
    let examples = Examples::find(&app).await;
    let mut staff = app.browser(ELSEWHERE);
    staff.sign_in("admin@magiccitytow.com").await;
    let mut provider = app.browser(ELSEWHERE);
    provider.sign_in("rosa@magiccitytow.com").await;
    for route in routes().into_iter().filter(|route| {
        route.path.contains('{') && !route.path.contains("{service}") && !route.path.contains("{provider}")
    }) {
        let path = examples.fill(route.path);
        let browser = if route.access == Access::Provider { &mut provider } else { &mut staff };
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    app.done().await;
}

#[tokio::test]
async fn nonsense_in_an_address_is_not_found_and_never_a_fault_of_ours() {
    let app = demo().await;
    for route in routes() {
        let mut browser = somebody(&app, route.access).await;
        for nonsense in
            ["0", "00000000-0000-0000-0000-000000000000", "%00", "%27%3B--", "%F0%9F%9A%97", "..%2F..%2Fetc%2Fpasswd"]
        {
            let path = ["{token}", "{reference}", "{service}", "{id}"]
                .iter()
                .fold(route.path.to_owned(), |path, part| path.replace(part, nonsense));
            let query = format!(
                "{path}?page=-1&draft={nonsense}&status={nonsense}&phase={nonsense}&q={nonsense}&provider={nonsense}&near={nonsense}&from={nonsense}&to={nonsense}&sort={nonsense}"
            );
            let reply = browser.get(&query).await;
            assert!(reply.status.as_u16() < 500, "{query}: {} {}", reply.status, reply.text());
            if route.path.contains('{') {
                assert!(reply.status.is_client_error() || reply.status.is_redirection(), "{query}: {}", reply.status);
            }
        }
    }
    app.done().await;
}
