//! The operators' host.

use engine::Id;

use crate::{
    tenants::Tenant,
    testing::{
        self,
        access::{
            ANYONE, Business, Call, Function, OPERATORS, OPERATORS_HOST, PageLine, Person, form, operators_function,
            operators_page,
        },
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
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
        fixed("/operator"),
        fixed("/operator/account"),
        fixed("/operator/health"),
        fixed("/operator/log"),
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
    ]
}

/// A tenant that nobody else uses.
async fn tenant(at: &Business) -> Id<Tenant> {
    testing::tenant(at.app(), &at.name("tenant")).await
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
