//! Deletes expired rows once an hour: sessions, abandoned drafts, links, old messages, counters of attempts.

use engine::Id;

use crate::{
    audit,
    db::Timeouts,
    error::AppError,
    identity::{email_changes, one_time, phone_code, second_factor},
    limits, notifications, operator,
    server::App,
    server::drafts::sweep_drafts,
    tenants::{self, Tenant},
};

pub const SWEEP: &str = "sweep";

/// Sweeps rows without a tenant, then tenant by tenant. A failure of one part doesn't affect the others.
pub async fn sweep(app: App) -> Result<(), AppError> {
    let platform = sweep_platform(&app).await;
    let swept = tenants::for_each(&app.db, |tenant| sweep_tenant(app.clone(), tenant)).await;
    let (sessions, limits) = platform?;
    let swept = swept?;
    let total = |count: fn(&Swept) -> u64| swept.iter().map(count).sum::<u64>();
    let (drafts, tokens, messages) = (total(|one| one.drafts), total(|one| one.tokens), total(|one| one.messages));
    tracing::info!(sessions, drafts, tokens, messages, limits, "swept");
    Ok(())
}

struct Swept {
    drafts: u64,
    tokens: u64,
    messages: u64,
}

/// Sweeps rows without a tenant: sessions and counters.
async fn sweep_platform(app: &App) -> Result<(i64, i64), AppError> {
    let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_platform().await?;
    let now = tx.now;
    let sessions = sqlx::query_scalar("select app.sessions_sweep($1)").bind(now).fetch_one(&mut *tx).await?;
    let limits = limits::sweep(&mut tx, now).await?;
    operator::store::accounts::sweep(&mut tx).await?;
    tx.commit().await?;
    Ok((sessions, limits))
}

async fn sweep_tenant(app: App, tenant: Id<Tenant>) -> Result<Swept, AppError> {
    let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
    let now = tx.now;
    let drafts = sweep_drafts(&mut tx).await?;
    audit::forget_addresses(&mut tx, now).await?;
    let mut tokens = one_time::sweep(&mut tx).await? + email_changes::sweep(&mut tx).await?;
    tokens += phone_code::store::sweep(&mut tx).await?;
    second_factor::store::sweep(&mut tx).await?;
    let messages = notifications::store::sweep(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Swept { drafts, tokens, messages })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use crate::testing::{TestApp, tenant, user};

    #[tokio::test]
    async fn expired_rows_are_swept_and_the_next_sweep_is_scheduled() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        user(&app, atl, "ann", &[crate::identity::Role::Customer]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("ann@example.com").await;
        browser.post("/sign-in", "/api/sign_in", &[("email", "nobody"), ("password", "x")]).await;
        app.schedule().await;
        let mut owner = app.database.owner().await;

        app.pass(TimeDelta::days(15)).await;

        let left: (i64, i64) = sqlx::query_as(
            "select (select count(*) from platform.sessions), (select count(*) from queue.tasks where kind = 'sweep' and run_at > $1)",
        )
        .bind(app.now())
        .fetch_one(&mut owner)
        .await
        .unwrap();
        assert_eq!(left, (0, 1), "no session is left, and one sweep waits");
        let mut tx = app.app.db.begin_system(atl).await.unwrap();
        let drafts: i64 = sqlx::query_scalar("select count(*) from form_drafts").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(drafts, 0);
        drop((tx, owner));
        app.done().await;
    }

    #[tokio::test]
    async fn a_tenant_whose_sweep_fails_doesnt_keep_it_from_the_others() {
        let app = TestApp::new().await;
        let mut tenants = Vec::new();
        for slug in ["one", "two", "three"] {
            tenants.push(tenant(&app, slug).await);
            let mut browser = app.browser(&format!("{slug}.localhost"));
            let rejected = browser.post("/sign-in", "/api/sign_in", &[("email", "nobody"), ("password", "x")]).await;
            assert!(rejected.location.unwrap().contains("draft"));
        }
        let mut owner = app.database.owner().await;
        sqlx::raw_sql(
            "create function public.refuse() returns trigger language plpgsql as $$ begin
                 if app.current_tenant() = (select id from platform.tenants where slug = 'two') then raise exception 'no'; end if;
                 return old;
             end $$;
             alter function public.refuse() security definer;
             create trigger refuse before delete on form_drafts for each row execute function public.refuse();",
        )
        .execute(&mut owner)
        .await
        .unwrap();
        app.schedule().await;
        app.pass(TimeDelta::hours(2)).await;
        let mut left = Vec::new();
        for tenant in tenants {
            let mut tx = app.app.db.begin_system(tenant).await.unwrap();
            let drafts: i64 = sqlx::query_scalar("select count(*) from form_drafts").fetch_one(&mut *tx).await.unwrap();
            left.push(drafts);
        }
        assert_eq!(left, [0, 1, 0]);
        let error: String = sqlx::query_scalar("select last_error from queue.tasks where kind = 'sweep'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert!(error.starts_with("internal error"), "{error}");
        drop(owner);
        app.done().await;
    }

    /// Sweeps when a session and a form have expired; sessions are deleted only if `condition` holds.
    /// Returns how many sessions and forms are left, and the error if the sweep failed.
    async fn swept_where_sessions_go_if(condition: &str) -> (i64, i64, Option<String>) {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        user(&app, atl, "ann", &[crate::identity::Role::Customer]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("ann@example.com").await;
        browser.post("/sign-in", "/api/sign_in", &[("email", "nobody"), ("password", "x")]).await;
        let mut owner = app.database.owner().await;
        let trigger = format!(
            "create function public.refuse() returns trigger language plpgsql as $$ begin
                 if not ({condition}) then raise exception 'no'; end if;
                 return old;
             end $$;
             create trigger refuse before delete on platform.sessions for each row execute function public.refuse();"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(&mut owner).await.unwrap();
        app.schedule().await;
        app.pass(TimeDelta::days(15)).await;
        let (sessions, error) = sqlx::query_as(
            "select (select count(*) from platform.sessions), (select last_error from queue.tasks where kind = 'sweep')",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        let mut tx = app.app.db.begin_system(atl).await.unwrap();
        let drafts = sqlx::query_scalar("select count(*) from form_drafts").fetch_one(&mut *tx).await.unwrap();
        drop((tx, owner));
        app.done().await;
        (sessions, drafts, error)
    }

    #[tokio::test]
    async fn tenants_are_swept_even_if_the_platform_sweep_fails() {
        let (sessions, drafts, error) = swept_where_sessions_go_if("false").await;
        assert_eq!((sessions, drafts), (1, 0));
        assert!(error.is_some(), "and the failure is there to be seen");
    }

    #[tokio::test]
    async fn a_large_backlog_of_sessions_has_more_time_than_a_page() {
        let patient = "current_setting('statement_timeout')::interval >= interval '1 minute'";
        assert_eq!(swept_where_sessions_go_if(patient).await, (0, 0, None));
    }
}
