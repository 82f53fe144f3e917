//! Forms stored for a while: rejected ones, and forms of several steps. Table `form_drafts`.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::{PgConnection, types::Json};

use crate::{error::AppError, identity::token::Token, ui::form::FormState};

/// How long a rejected form is stored.
pub(super) const DRAFT_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// What a stranger types counts once for each so many bytes against what is kept of strangers.
const COUNTED_AS_ONE: usize = 4 * 1024;

/// All strangers of a tenant are counted together.
const STRANGERS: &str = "strangers";

/// A form that is kept for a while: rejected, or one step of several.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Id<Draft>,
    /// Path of its server function.
    pub form: String,
    /// The typed values.
    pub state: FormState,
}

/// Stores a form until then. The token opens it again.
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
    sqlx::query("update form_drafts set contents = $2 where id = $1")
        .bind(id)
        .bind(Json(storable(state)))
        .execute(db)
        .await?;
    Ok(())
}

/// Whether one more form of so many bytes may be kept of strangers, of one address and of all of them; counts it.
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

/// The form without the one character Postgres keeps in no text. Nobody types it.
pub(super) fn storable(state: &FormState) -> FormState {
    let clean = |text: &str| text.replace('\0', "");
    let values = state.values.iter().map(|(field, value)| (clean(field), clean(value))).collect();
    FormState { values, ..state.clone() }
}

/// The stored form of this token; none if it has expired.
pub async fn load_draft(db: &mut PgConnection, token: &Token) -> Result<Option<Draft>, AppError> {
    let row = sqlx::query_as::<_, (Id<Draft>, String, Json<FormState>)>(
        "select id, form, contents from form_drafts where token_hash = $1 and expires_at > app.now()",
    )
    .bind(token.hash())
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, form, Json(state))| Draft { id, form, state }))
}

/// Deletes the expired drafts of a tenant.
pub async fn sweep_drafts(db: &mut PgConnection) -> Result<u64, AppError> {
    Ok(sqlx::query("delete from form_drafts where expires_at <= app.now()").execute(db).await?.rows_affected())
}
