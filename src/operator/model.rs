use chrono::TimeDelta;
use engine::Id;
use sqlx::FromRow;

/// A session that isn't used for this long ends.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);

/// A session ends after this, however much it is used.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

/// Somebody who runs the installation.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Operator {
    /// Identity.
    pub id: Id<Operator>,
    /// Sign-in name.
    pub email: String,
    /// How people call them.
    pub name: String,
    /// Whether signing in takes a second factor.
    pub has_second_factor: bool,
}
