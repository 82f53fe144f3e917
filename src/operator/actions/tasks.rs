use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{AppError, Next},
    operator::{
        operator_context,
        store::{health, log},
    },
};

/// Retries a task that was given up.
#[server(endpoint = "operator_retry_task")]
pub async fn operator_retry_task(task: i64) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut tx = ctx.begin().await?;
    let kind = health::retry(&mut tx, task).await?.ok_or_else(seen_to)?;
    log::add(&mut tx, "task_retried", serde_json::json!({ "task": task, "kind": kind })).await?;
    tx.commit().await?;
    Ok(Next::said("/operator/health", t!("operator-it-is-being-retried")))
}

/// Deletes a task that was given up: its work was done by hand, or isn't needed any more.
#[server(endpoint = "operator_resolve_task")]
pub async fn operator_resolve_task(task: i64) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut tx = ctx.begin().await?;
    let kind = health::resolve(&mut tx, task).await?.ok_or_else(seen_to)?;
    log::add(&mut tx, "task_resolved", serde_json::json!({ "task": task, "kind": kind })).await?;
    tx.commit().await?;
    Ok(Next::said("/operator/health", t!("operator-it-was-removed-from-the-list")))
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeadlineForm {
    #[serde(default)]
    pub kind: String,
    /// The id of its row.
    pub subject: Uuid,
}

/// Retries a failing deadline now, without waiting.
#[server(endpoint = "operator_retry_deadline")]
pub async fn operator_retry_deadline(#[server(flatten)] form: DeadlineForm) -> Result<Next, AppError> {
    let ctx = operator_context()?;
    let mut tx = ctx.begin().await?;
    if !health::retry_deadline(&mut tx, &form.kind, form.subject).await? {
        return Err(AppError::conflict(t!("operator-this-deadline-is-no-longer-failing")));
    }
    log::add(&mut tx, "deadline_retried", serde_json::json!({ "kind": form.kind, "subject": form.subject })).await?;
    tx.commit().await?;
    Ok(Next::said("/operator/health", t!("operator-it-is-being-retried")))
}

fn seen_to() -> AppError {
    AppError::conflict(t!("operator-this-job-was-already-resolved"))
}
