//! From a proven identity to a session, for every sign-in method: asks for the second factor if there is one.

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use serde::{Deserialize, Serialize};

use super::{
    Proven, User, begin_session, own_path,
    session::{auth_session, store_failed},
    store,
};
use crate::{
    db::Tx,
    error::{AppError, Next},
};

/// The session key of a sign-in that waits for its second factor.
const KEY: &str = "sign_in";

/// How long a sign-in waits for the second factor.
const TIME_LIMIT: TimeDelta = TimeDelta::minutes(10);

/// A sign-in with its first factor proven.
#[derive(Serialize, Deserialize)]
pub(super) struct UnfinishedSignIn {
    user: Id<User>,
    /// The account's session stamp: a new password invalidates the sign-in.
    stamp: Vec<u8>,
    pub(super) next: String,
    since: DateTime<Utc>,
}

/// Signs in the proven owner of this account, or asks for their second factor first. `next` is the page to open afterwards.
pub async fn sign_in_as(user: &User, next: &str) -> Result<Next, AppError> {
    if !user.has_second_factor {
        begin_session(user, Proven::OneFactor).await?;
        return Ok(Next::to(own_path(next).unwrap_or(user.home())));
    }
    let auth = auth_session()?;
    auth.session.clear().await;
    auth.session.cycle_id().await.map_err(store_failed)?;
    let since = auth.backend.now();
    let unfinished =
        UnfinishedSignIn { user: user.id, stamp: user.session_stamp.clone(), next: next.to_owned(), since };
    auth.session.insert(KEY, unfinished).await.map_err(store_failed)?;
    Ok(Next::to("/sign-in/code"))
}

impl UnfinishedSignIn {
    /// The pending sign-in in this request's session.
    pub(super) async fn find() -> Result<Option<Self>, AppError> {
        auth_session()?.session.get(KEY).await.map_err(store_failed)
    }

    /// The account of the pending sign-in, while it is valid.
    pub(super) async fn user(&self, tx: &mut Tx) -> Result<Option<User>, AppError> {
        if tx.now - self.since >= TIME_LIMIT {
            return Ok(None);
        }
        let user = store::find(tx, self.user).await?;
        Ok(user.filter(|user| user.session_stamp == self.stamp))
    }
}
