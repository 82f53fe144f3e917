//! What has run out is swept once an hour: sessions nobody used, drafts nobody came back for, links nobody
//! followed, messages that went out long ago, counts of tries.

use chrono::TimeDelta;

use crate::{
    audit,
    db::Timeouts,
    error::AppError,
    identity::{email_changes, one_time, phone_code, second_factor},
    limits, notifications, operator,
    server::App,
    server::forms::sweep_drafts,
    tasks, tenants,
};

/// The task's kind, and its key: there is one of it however many processes run.
pub const SWEEP: &str = "sweep";

const EVERY: TimeDelta = TimeDelta::hours(1);

/// Makes sure that the next sweep is waiting.
pub async fn schedule(app: &App) -> Result<(), AppError> {
    let mut tx = app.db.begin_platform().await?;
    let run_at = tx.now + EVERY;
    tasks::enqueue(&mut tx, SWEEP, (), run_at, Some(SWEEP)).await?;
    tx.commit().await
}

/// Sweeps, and schedules the next one.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    let mut tx = app.db.begin_platform().await?;
    let now = tx.now;
    let sessions: i64 = sqlx::query_scalar("select app.sessions_sweep($1)").bind(now).fetch_one(&mut *tx).await?;
    let limits = limits::sweep(&mut tx, now).await?;
    operator::store::accounts::sweep(&mut tx).await?;
    let tenants = tenants::list_ids(&mut tx).await?;
    tx.commit().await?;
    let (mut drafts, mut tokens, mut messages) = (0, 0, 0);
    for tenant in tenants {
        let mut tx = app.db.with_timeouts(Timeouts::BULK).begin_system(tenant).await?;
        drafts += sweep_drafts(&mut tx).await?;
        audit::forget_addresses(&mut tx, now).await?;
        tokens += one_time::sweep(&mut tx).await? + email_changes::sweep(&mut tx).await?;
        tokens += phone_code::store::sweep(&mut tx).await?;
        second_factor::store::sweep(&mut tx).await?;
        messages += notifications::store::sweep(&mut tx, now).await?;
        tx.commit().await?;
    }
    tracing::info!(sessions, drafts, tokens, messages, limits, "swept");
    schedule(app).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, tenant, user};

    #[tokio::test]
    async fn what_has_run_out_is_swept_and_the_next_sweep_is_scheduled() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        user(&app, atl, "ann", &[crate::identity::Role::Customer]).await;
        let mut browser = app.browser("atl.localhost");
        browser.sign_in("ann@example.com").await;
        browser.post("/sign-in", "/api/sign_in", &[("email", "nobody"), ("password", "x")]).await;
        schedule(&app.app).await.unwrap();
        let mut owner = app.database.owner().await;

        app.pass(TimeDelta::days(15)).await;

        let left: (i64, i64) = sqlx::query_as(
            "select (select count(*) from platform.sessions), (select count(*) from queue.tasks where run_at > $1)",
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
}
