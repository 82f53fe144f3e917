use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::authenticator::{Authenticator, SEED_SEALED_FOR};
use crate::{error::AppError, secrets::Keys};

/// A stored second factor of a user or an operator.
#[derive(FromRow)]
pub struct SecondFactor {
    sealed_seed: Vec<u8>,
    /// When it was activated; none while it is being set up.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The issuer's name, as the app lists it.
    name: String,
    email: String,
}

impl SecondFactor {
    /// Whether signing in requires it.
    pub fn is_active(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// Its authenticator.
    pub fn authenticator(&self, keys: &Keys) -> Result<Authenticator, AppError> {
        Authenticator::new(&keys.open(SEED_SEALED_FOR, &self.sealed_seed)?, &self.name, &self.email)
    }

    /// The 30-second step (counted from 1970) of a code entered now, in any grouping; none if it is wrong.
    pub fn step_of(&self, keys: &Keys, typed: &str, now: DateTime<Utc>) -> Result<Option<i64>, AppError> {
        let digits: String = engine::field::to_ascii(typed).chars().filter(|&c| c != ' ').collect();
        Ok(self.authenticator(keys)?.step_of(&digits, now))
    }
}
