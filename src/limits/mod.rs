//! Rate limits, counted in Postgres so that all processes share them.
//!
//! ```text
//! per pair      one account tried from one address      slowed down after a few attempts, locked out after some more
//! per account   one account tried from new addresses    locked out for addresses and browsers it never signed in from
//! per address   anything tried from one address         locked out late: many people may share it
//! ```
//! Other people's attempts can't lock an owner out: a browser that has signed in to the account before counts only its own attempts, and an
//! address that has signed in is exempt from the account's count. Attempts are counted whether or not the account exists, so the limits don't
//! reveal it.
//!
//! Tables `platform.rate_counters` and `platform.familiar_clients`, accessed through functions, with keyed hashes as keys.

mod names;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use names::Client;
pub use rules::Limit;
pub use store::sweep;

use self::names::{Familiarity, Names};
use crate::{
    audit,
    db::{Actor, Cause, Db, Tx},
    error::AppError,
};

/// Counts one attempt at `subject` (an e-mail, a phone number, a user's id; empty if there is none) in a separate transaction: the count is kept
/// even if the request fails. `TooMany` says how long to wait; such an attempt isn't counted.
///
/// Call it before any other transaction begins, so that a request never holds two connections.
pub async fn take(db: &Db, client: &Client<'_>, limit: Limit, subject: &str) -> Result<(), AppError> {
    let names = Names::new(client, limit, subject);
    let address = client.address.to_string();
    let cause = Cause { request_id: client.request_id, address: &address };
    let mut tx = match client.tenant {
        Some(tenant) => db.begin(tenant, &Actor::guest(), cause).await?,
        None => db.begin_platform().await?,
    };
    let familiar = familiarity(&mut tx, &names).await?;
    let taken = store::take(&mut tx, &names.counted(limit, familiar)).await?;
    if taken.locked && client.tenant.is_some() {
        audit::event(&mut tx, "locked_out", None, serde_json::json!({ "limit": limit.code() })).await?;
    }
    tx.commit().await?;
    match u32::try_from(taken.wait) {
        Ok(0) | Err(_) => Ok(()),
        Ok(seconds) => Err(AppError::TooMany(seconds)),
    }
}

/// The attempt succeeded.
///
/// - Deletes earlier failed attempts at this subject from this client.
/// - Subtracts this attempt from every counter, but nothing else: signing in to one's own account must not allow more attempts at others.
/// - Marks the browser and address as known.
pub async fn succeeded(db: &Db, client: &Client<'_>, limit: Limit, subject: &str) -> Result<(), AppError> {
    let names = Names::new(client, limit, subject);
    let mut tx = db.begin_platform().await?;
    let familiar = familiarity(&mut tx, &names).await?;
    store::succeeded(&mut tx, &names, &names.counted(limit, familiar), client.device.remember()).await?;
    tx.commit().await
}

/// The user has proven in another way that `subject` is theirs: marks the browser and address as known, and deletes this client's attempts.
pub async fn proven(db: &Db, client: &Client<'_>, limit: Limit, subject: &str) -> Result<(), AppError> {
    let names = Names::new(client, limit, subject);
    let mut tx = db.begin_platform().await?;
    store::succeeded(&mut tx, &names, &[], client.device.remember()).await?;
    tx.commit().await
}

async fn familiarity(tx: &mut Tx, names: &Names) -> Result<Familiarity, AppError> {
    match &names.subject {
        Some(subject) => store::familiarity(tx, subject).await,
        None => Ok(Familiarity::None),
    }
}
