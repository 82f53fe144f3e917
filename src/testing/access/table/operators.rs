//! The operators' host.

use engine::Id;

use crate::{
    operator::second_factor,
    tenants::Tenant,
    testing::{
        self, Browser, FIRST_KIND,
        access::{
            ANYONE, Business, Call, Function, OPERATORS, OPERATORS_HOST, PageLine, Person, form, operators_function,
            operators_page,
        },
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        operators_function(
            "operator_begin_second_factor",
            OPERATORS,
            "platform.operator_second_factors",
            async |at, _| form!("password" = at.password()).by(at.operator().await),
        ),
        operators_function(
            "operator_enable_second_factor",
            OPERATORS,
            "platform.operator_second_factors",
            async |at, _| {
                let (email, password) = at.operator_account().await;
                let mut browser = signed_in(at, &email, password).await;
                browser
                    .post("/operator/security", "/api/operator_begin_second_factor", &[("password", password)])
                    .await;
                form!("code" = code_of(at, &email).await).by(browser)
            },
        ),
        operators_function("operator_finish_sign_in", ANYONE, "platform.operator_sessions", async |at, _| {
            let (email, password) = at.operator_account().await;
            activate(at, &email).await;
            let browser = signed_in(at, &email, password).await;
            form!("code" = code_of(at, &email).await).by(browser)
        }),
        operators_function(
            "operator_hide_recovery_codes",
            OPERATORS,
            "platform.operator_second_factors",
            async |at, _| form!().by(with_second_factor(at).await.1),
        ),
        operators_function(
            "operator_remove_second_factor",
            OPERATORS,
            "platform.operator_second_factors",
            async |at, _| {
                let (email, browser) = with_second_factor(at).await;
                form!("code" = code_of(at, &email).await).by(browser)
            },
        ),
        operators_function(
            "operator_renew_recovery_codes",
            OPERATORS,
            "platform.operator_recovery_codes",
            async |at, _| form!("password" = at.password()).by(with_second_factor(at).await.1),
        ),
        operators_function("operator_change_password", OPERATORS, "platform.operators", async |at, _| {
            form!("password" = at.password(), "new_password" = "three other words in a row").by(at.operator().await)
        }),
        operators_function("operator_change_status", OPERATORS, "platform.tenants", async |at, _| {
            form!("tenant" = tenant(at).await, "was" = "active", "becomes" = "paused", "reason" = "They asked for it")
        }),
        operators_function("operator_create_tenant", OPERATORS, "platform.tenants", async |at, _| {
            let slug = at.name("new");
            form!(
                "name" = "Peach Tow",
                "slug" = slug,
                "hosts" = format!("{slug}.localhost"),
                "reference_prefix" = "PT",
                "region" = "US",
                "zone" = "America/New_York",
                "currency" = "USD",
                "locale" = "en-US",
                "phone" = "(404) 555-0100",
                "email" = "hello@example.com",
                "center" = "33.749, -84.388",
                "admin_name" = "Ada First",
                "admin_email" = "ada@example.com",
            )
            .ticking(FIRST_KIND)
        }),
        operators_function("operator_invite_administrator", OPERATORS, "users", async |at, _| {
            let email = format!("{}@example.com", at.name("admin"));
            form!("tenant" = at.tenant, "admin_name" = "Ada Second", "admin_email" = email)
        }),
        operators_function("operator_edit_tenant", OPERATORS, "platform.tenants", async |at, _| {
            let host = format!("{}.localhost", at.name("host"));
            form!("tenant" = tenant(at).await, "name" = "Another name", "plan" = "standard", "hosts" = host)
        }),
        operators_function("operator_impersonate", OPERATORS, "impersonations", async |at, _| {
            let account = at.another(Person::Customer).await;
            let email = format!("{}@example.com", account.name);
            form!("tenant" = at.tenant, "email" = email, "reason" = "Ticket 7: can't see a booking")
        }),
        operators_function("operator_resolve_task", OPERATORS, "queue.tasks", async |at, _| {
            form!("task" = failed_task(at).await)
        }),
        operators_function("operator_retry_deadline", OPERATORS, "queue.deadlines", async |at, _| {
            form!("kind" = "unheard_of", "subject" = failing_deadline(at).await)
        }),
        operators_function("operator_retry_task", OPERATORS, "queue.tasks", async |at, _| {
            form!("task" = failed_task(at).await)
        }),
        operators_function("operator_sign_in", ANYONE, "platform.operator_sessions", async |at, _| {
            let (email, password) = at.operator_account().await;
            form!("email" = email, "password" = password).by(at.visitor())
        }),
        operators_function("operator_sign_out", OPERATORS, "platform.operator_sessions", async |at, _| {
            form!().by(at.operator().await)
        }),
    ]
}

pub(super) fn pages() -> Vec<PageLine> {
    let fixed = |path: &'static str| operators_page(path, OPERATORS, async move |_, _| Call::to(path));
    vec![
        fixed("/").leads_on(),
        operators_page("/favicon.svg", ANYONE, async |at, _| Call::to("/favicon.svg").by(at.visitor())),
        fixed("/operator"),
        fixed("/operator/account"),
        fixed("/operator/health"),
        fixed("/operator/log"),
        fixed("/operator/security"),
        operators_page("/operator/security/codes", OPERATORS, async |at, _| {
            Call::to("/operator/security/codes").by(with_second_factor(at).await.1)
        }),
        fixed("/operator/tenants/new"),
        operators_page("/operator/tenants/{id}", OPERATORS, async |at, _| {
            Call::to(format!("/operator/tenants/{}", tenant(at).await))
        }),
        operators_page("/operator/tenants/{id}/impersonations/{permit}", OPERATORS, async |at, _| {
            let account = at.another(Person::Customer).await;
            let (tenant, email) = (at.tenant.to_string(), format!("{}@example.com", account.name));
            let fields = [("tenant", &*tenant), ("email", &*email), ("reason", "Ticket 7: can't see a booking")];
            let mut operator = at.browser(Person::Operator).on(OPERATORS_HOST);
            let page = format!("/operator/tenants/{tenant}");
            let reply = operator.post(&page, "/api/operator_impersonate", &fields).await;
            Call::to(reply.location.expect("the page that has the link"))
        }),
        operators_page("/sign-in", ANYONE, async |at, _| Call::to("/sign-in").by(at.visitor())),
        operators_page("/sign-in/code", ANYONE, async |at, _| {
            let (email, password) = at.operator_account().await;
            activate(at, &email).await;
            Call::to("/sign-in/code").by(signed_in(at, &email, password).await)
        }),
    ]
}

/// A browser of an operator who has entered their password.
async fn signed_in(at: &Business, email: &str, password: &str) -> Browser {
    let mut browser = at.app().visitor(OPERATORS_HOST);
    browser.post("/sign-in", "/api/operator_sign_in", &[("email", email), ("password", password)]).await;
    browser
}

/// A new operator, signed in before their second factor was active.
async fn with_second_factor(at: &Business) -> (String, Browser) {
    let (email, password) = at.operator_account().await;
    let browser = signed_in(at, &email, password).await;
    activate(at, &email).await;
    (email, browser)
}

async fn activate(at: &Business, email: &str) {
    let mut tx = testing::begin_as_operator(at.app(), email).await;
    second_factor::activate(&mut tx, &at.app().app.keys).await;
    tx.commit().await.unwrap();
}

async fn code_of(at: &Business, email: &str) -> String {
    second_factor::code_of(&mut testing::begin_as_operator(at.app(), email).await, &at.app().app.keys).await
}

/// A tenant that nobody else uses.
async fn tenant(at: &Business) -> Id<Tenant> {
    testing::tenant(at.app(), &at.name("tenant")).await
}

/// A deadline that has failed and waits for its next attempt.
async fn failing_deadline(at: &Business) -> uuid::Uuid {
    sqlx::query_scalar(
        "insert into queue.deadlines (tenant_id, kind, subject_id, due_at, attempts, last_error, retry_at)
         values ($1, 'unheard_of', gen_random_uuid(), now(), 3, 'no', now()) returning subject_id",
    )
    .bind(at.tenant)
    .fetch_one(&mut at.app().database.owner().await)
    .await
    .unwrap()
}

/// A task that was given up.
async fn failed_task(at: &Business) -> i64 {
    sqlx::query_scalar(
        "insert into queue.tasks (tenant_id, kind, run_at, failed_at, attempts, last_error) values ($1, 'sweep', now(), now(), 12, 'no')
         returning id",
    )
    .bind(at.tenant)
    .fetch_one(&mut at.app().database.owner().await)
    .await
    .unwrap()
}
