//! Calls the database functions that count.

use sqlx::{FromRow, PgConnection};

use super::{
    names::{Familiarity, Names, SubjectNames},
    rules::Rule,
};
use crate::{db::Tx, error::AppError};

pub(super) async fn familiarity(tx: &mut Tx, names: &SubjectNames) -> Result<Familiarity, AppError> {
    let device = names.device.as_deref().map(|device| format!("{}{device}", names.familiar_device));
    let asked = [Some(names.familiar_address.as_str()), device.as_deref()];
    let known: Vec<bool> = sqlx::query_scalar("select app.familiar_clients($1, $2)")
        .bind(asked.into_iter().flatten().collect::<Vec<_>>())
        .bind(tx.now)
        .fetch_one(&mut **tx)
        .await?;
    Ok(match known[..] {
        [_, true] => Familiarity::Device,
        [true, ..] => Familiarity::Address,
        _ => Familiarity::None,
    })
}

/// The result of counting an attempt.
#[derive(FromRow)]
pub(super) struct Taken {
    /// Seconds to wait; 0 if it is allowed.
    pub wait: i32,
    /// Whether it was the last one before a lock-out.
    pub locked: bool,
}

pub(super) async fn take(tx: &mut Tx, counted: &[(&str, Rule)]) -> Result<Taken, AppError> {
    let column = |of: fn(&Rule) -> i32| counted.iter().map(|(_, rule)| of(rule)).collect::<Vec<_>>();
    let taken = sqlx::query_as("select wait, locked from app.limit_take($1, $2, $3, $4, $5, $6)")
        .bind(counted.iter().map(|(name, _)| *name).collect::<Vec<_>>())
        .bind(column(|rule| rule.slow_after))
        .bind(column(|rule| rule.lock_after))
        .bind(column(|rule| rule.window))
        .bind(column(|rule| rule.lock))
        .bind(tx.now)
        .fetch_one(&mut **tx)
        .await?;
    Ok(taken)
}

pub(super) async fn succeeded(
    tx: &mut Tx,
    names: &Names,
    counted: &[(&str, Rule)],
    device: &str,
) -> Result<(), AppError> {
    let mut reset = Vec::new();
    let mut remember = Vec::new();
    if let Some(subject) = &names.subject {
        reset.push(subject.by_address.as_str());
        reset.extend(subject.by_device.as_deref());
        remember.push(subject.familiar_address.clone());
        remember.push(format!("{}{device}", subject.familiar_device));
    }
    let give_back: Vec<&str> = counted.iter().map(|(name, _)| *name).filter(|name| !reset.contains(name)).collect();
    sqlx::query("select app.limit_succeeded($1, $2, $3, $4)")
        .bind(reset)
        .bind(give_back)
        .bind(remember)
        .bind(tx.now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes expired counters, and clients not seen for half a year; returns their number.
pub async fn sweep(db: &mut PgConnection, now: chrono::DateTime<chrono::Utc>) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar("select app.limits_sweep($1)").bind(now).fetch_one(db).await?)
}
