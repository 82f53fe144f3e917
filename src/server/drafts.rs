//! Stored forms: rejected ones, and forms of several steps. Table `form_drafts`.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::{PgConnection, types::Json};

use crate::{error::AppError, identity::token::Token, ui::form::FormState, verticals::Vertical};

/// How long a rejected form is stored.
pub(super) const DRAFT_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// A stranger's form counts once per so many bytes against the limit of stored forms.
const COUNTED_AS_ONE: usize = 4 * 1024;

/// The subject under which all strangers of a tenant are counted.
const STRANGERS: &str = "strangers";

/// A stored form: rejected, or one step of several.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Id<Draft>,
    /// Path of its server function.
    pub form: String,
    /// The typed values.
    pub state: FormState,
}

/// Stores a form until `expires_at`. The token opens it again.
pub async fn keep_draft(
    db: &mut PgConnection,
    form: &str,
    state: &FormState,
    expires_at: DateTime<Utc>,
) -> Result<Token, AppError> {
    let token = Token::random();
    sqlx::query("insert into form_drafts (id, token_hash, form, contents, expires_at) values ($1, $2, $3, $4, $5)")
        .bind(Id::<Draft>::new())
        .bind(token.hash())
        .bind(form)
        .bind(Json(storable(state)))
        .bind(expires_at)
        .execute(db)
        .await?;
    Ok(token)
}

/// Replaces the values of a stored form.
pub async fn replace_draft(db: &mut PgConnection, id: Id<Draft>, state: &FormState) -> Result<(), AppError> {
    sqlx::query("update form_drafts set contents = $2 where tenant_id = app.current_tenant() and id = $1")
        .bind(id)
        .bind(Json(storable(state)))
        .execute(db)
        .await?;
    Ok(())
}

/// Whether another form of this size may be stored for strangers, by the limits per address and per tenant; counts it.
pub(super) async fn may_keep_of_strangers<F>(size: usize, count: impl Fn(&'static str) -> F) -> bool
where
    F: Future<Output = Result<(), AppError>> + Send,
{
    for _ in 0..size.div_ceil(COUNTED_AS_ONE).max(1) {
        if count(STRANGERS).await.is_err() {
            return false;
        }
    }
    true
}

/// The form without NUL, the one character that Postgres can't store in text. Errors may quote what was typed.
pub(super) fn storable(state: &FormState) -> FormState {
    let clean = |text: &str| text.replace('\0', "");
    let by_field =
        |texts: &BTreeMap<String, String>| texts.iter().map(|(field, text)| (clean(field), clean(text))).collect();
    FormState {
        values: by_field(&state.values),
        errors: by_field(&state.errors),
        message: state.message.as_deref().map(clean),
        scope: state.scope.clone(),
    }
}

/// The stored form of this token; `None` if it has expired.
pub async fn load_draft(db: &mut PgConnection, token: &Token) -> Result<Option<Draft>, AppError> {
    let row = sqlx::query_as::<_, (Id<Draft>, String, Json<FormState>)>(
        "select id, form, contents from form_drafts where tenant_id = app.current_tenant() and token_hash = $1 and expires_at > app.now()",
    )
    .bind(token.hash())
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, form, Json(state))| Draft { id, form: with_present_name(form), state }))
}

/// A form stored before an update may have the former name of its server function.
fn with_present_name(form: String) -> String {
    Vertical::renamed(form.trim_start_matches("/api/")).map_or(form, |present| format!("/api/{present}"))
}

/// Deletes the expired drafts of a tenant.
pub async fn sweep_drafts(db: &mut PgConnection) -> Result<u64, AppError> {
    Ok(sqlx::query("delete from form_drafts where tenant_id = app.current_tenant() and expires_at <= app.now()")
        .execute(db)
        .await?
        .rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, begin, tenant};

    #[tokio::test]
    async fn a_rejected_form_with_nul_in_its_values_and_errors_is_kept() {
        let app = TestApp::new().await;
        let atl = tenant(&app, "atl").await;
        let quoted = || BTreeMap::from([("hosts".to_owned(), "“tow\0” is not a host name.".to_owned())]);
        let message = Some("Nobody is called “a\0”.".to_owned());
        let state = FormState { values: quoted(), errors: quoted(), message, ..FormState::default() };
        let mut tx = begin(&app, atl).await;
        let expires_at = tx.now + DRAFT_LIFETIME;
        let token = keep_draft(&mut tx, "/api/nothing", &state, expires_at).await.unwrap();
        let kept = load_draft(&mut tx, &token).await.unwrap().unwrap().state;
        assert_eq!((kept.value("hosts"), &kept.values), ("“tow” is not a host name.", &kept.errors));
        assert_eq!(kept.message.as_deref(), Some("Nobody is called “a”."));
        drop(tx);
        app.done().await;
    }
}
