//! The pool, and transactions scoped to a tenant and an actor. Features can't get a connection in any other way.

pub mod paging;

use std::{
    cell::Cell,
    ops::{Deref, DerefMut},
    str::FromStr,
    sync::{Arc, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use engine::Id;
use sqlx::{
    PgConnection, PgPool, Postgres,
    postgres::{PgConnectOptions, PgPoolOptions},
};

mod publish;

pub use publish::publish;

use crate::{error::AppError, telemetry, tenants::Tenant, verticals::is_of_unknown_kind};

/// Migrations, compiled in.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The database as the application's role.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    /// For connections outside of the pool.
    options: Arc<PgConnectOptions>,
    timeouts: Timeouts,
    /// The clock of all transactions.
    pub clock: Clock,
}

/// Minimum number of connections of a process: one for deadlines, one for tasks, one for pages.
pub const FEWEST_CONNECTIONS: u32 = 3;

/// Time limits of a transaction; beyond them it is rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// One statement, including its wait for locks.
    pub statement: Duration,
    /// The wait for one lock.
    pub lock: Duration,
    /// Between two statements: a process that vanished must not hold its locks until TCP notices.
    pub idle: Duration,
}

impl Timeouts {
    /// A page or a form: a user waits for it.
    pub const PAGE: Self =
        Self { statement: Duration::from_secs(5), lock: Duration::from_secs(4), idle: Duration::from_secs(15) };

    /// A deadline: no user waits for it, but others wait for its slot. A locked row is handled when it is no longer locked.
    pub const DEADLINE: Self = Self { lock: Duration::from_millis(500), ..Self::PAGE };

    /// Exports, erasure, and tasks that read whole tables.
    pub const BULK: Self =
        Self { statement: Duration::from_mins(5), lock: Duration::from_secs(30), idle: Duration::from_mins(2) };

    /// As settings of Postgres, in milliseconds.
    fn settings(self) -> [(&'static str, String); 3] {
        let milliseconds = |time: Duration| time.as_millis().to_string();
        [
            ("statement_timeout", milliseconds(self.statement)),
            ("lock_timeout", milliseconds(self.lock)),
            ("idle_in_transaction_session_timeout", milliseconds(self.idle)),
        ]
    }
}

/// A statement has no helping processes. They would start for each of thousands of pages and read ahead beyond its limit; bulk work has time.
const NO_HELPERS: [(&str, &str); 1] = [("max_parallel_workers_per_gather", "0")];

/// Connections of the pool.
#[derive(Debug, Clone, Copy)]
pub struct PoolUse {
    pub idle: u32,
    pub in_use: u32,
    pub max: u32,
}

/// The source of the time: the database, unless a test changes it.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<RwLock<ClockMode>>);

#[derive(Clone, Copy, Debug, Default)]
enum ClockMode {
    #[default]
    Database,
    Shifted(TimeDelta),
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// A clock that is fixed until it is advanced.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Arc::new(RwLock::new(ClockMode::Fixed(at))))
    }

    /// Advances the time; a running clock continues from there.
    pub fn advance(&self, by: TimeDelta) {
        let mut mode = self.0.write().expect("no one panics while holding the clock");
        *mode = match *mode {
            ClockMode::Database => ClockMode::Shifted(by),
            ClockMode::Shifted(already) => ClockMode::Shifted(already + by),
            ClockMode::Fixed(at) => ClockMode::Fixed(at + by),
        };
    }

    /// The time of this process: for waiting and for tests. Stored times come from [`Tx::now`].
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        match self.mode() {
            ClockMode::Database => Utc::now(),
            ClockMode::Shifted(by) => Utc::now() + by,
            ClockMode::Fixed(at) => at,
        }
    }

    fn mode(&self) -> ClockMode {
        *self.0.read().expect("no one panics while holding the clock")
    }
}

/// The actor as recorded in the audit log and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub String);

impl Actor {
    /// The system: timers, tasks, seeds.
    pub fn system() -> Self {
        Self("system".into())
    }

    /// Somebody without an account.
    pub fn guest() -> Self {
        Self("guest".into())
    }
}

/// The request of a transaction, for the audit log; empty outside of requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cause<'a> {
    pub request_id: &'a str,
    pub address: &'a str,
}

/// A transaction in which Postgres knows the tenant and the actor. Rolls back if dropped without [`Tx::commit`].
pub struct Tx {
    inner: sqlx::Transaction<'static, Postgres>,
    /// The time of everything in this transaction.
    pub now: DateTime<Utc>,
    /// Whether that time is the database's, and not set by a test or a replayed history.
    is_live: bool,
}

impl Tx {
    /// Continues at another time and as another actor, for the rest of this transaction. For replaying history.
    pub async fn replay_at(&mut self, at: DateTime<Utc>, actor: &Actor) -> Result<(), AppError> {
        let (.., now) = sqlx::query_as::<_, (String, String, DateTime<Utc>)>(
            "select set_config('app.now', $1, true), set_config('app.actor', $2, true), app.now()",
        )
        .bind(at.to_rfc3339())
        .bind(&actor.0)
        .fetch_one(&mut *self.inner)
        .await?;
        self.now = now;
        self.is_live = false;
        Ok(())
    }

    /// Moves the time to the present, after a wait for a lock: what is written now happened after the changes of the lock's last holder,
    /// although this transaction may have begun before them.
    pub async fn catch_up(&mut self) -> Result<(), AppError> {
        if self.is_live {
            let (now, _) = sqlx::query_as::<_, (DateTime<Utc>, String)>(
                "select at, set_config('app.now', at::text, true) from (select clock_timestamp() as at offset 0) present",
            )
            .fetch_one(&mut *self.inner)
            .await?;
            self.now = now;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<(), AppError> {
        let committed = self.inner.commit().await.map_err(AppError::from);
        if committed != Err(AppError::Collided) {
            let _ = HAS_COMMITTED.try_with(|has| has.set(true)); // or may have: it isn't known after a lost connection
        }
        committed
    }
}

tokio::task_local! {
    /// Whether the work of [`retry_after_collision`] has committed a transaction.
    static HAS_COMMITTED: Cell<bool>;
}

/// Runs `work`, and a second time if one of its transactions collided with another and none was committed: then it has changed nothing.
pub async fn retry_after_collision<T, F: Future<Output = T>>(
    work: impl Fn() -> F,
    has_collided: impl Fn(&T) -> bool,
) -> T {
    let first = async {
        let outcome = work().await;
        let again = has_collided(&outcome) && !HAS_COMMITTED.with(Cell::get);
        (outcome, again)
    };
    match HAS_COMMITTED.scope(Cell::new(false), first).await {
        (_, true) => work().await,
        (outcome, false) => outcome,
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl Db {
    /// Connects; fails if the server can't be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, sqlx::Error> {
        Self::connect_with(PgConnectOptions::from_str(url)?, connections).await
    }

    /// Connects with options made elsewhere.
    pub async fn connect_with(options: PgConnectOptions, connections: u32) -> Result<Self, sqlx::Error> {
        let timeouts = Timeouts::PAGE;
        let options = options.application_name("wayside").options(timeouts.settings()).options(NO_HELPERS);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false) // `BEGIN` is the test, see `begin_transaction`
            .connect_with(options.clone())
            .await?;
        Ok(Self { pool, options: Arc::new(options), timeouts, clock: Clock::default() })
    }

    /// The same database with these time limits.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self.clone() }
    }

    /// The same database with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// A transaction that sees only this tenant's rows.
    pub async fn begin(&self, tenant: Id<Tenant>, actor: &Actor, cause: Cause<'_>) -> Result<Tx, sqlx::Error> {
        self.begin_scoped(&tenant.to_string(), actor, cause).await
    }

    /// A transaction of the system for one tenant: timers and tasks.
    pub async fn begin_system(&self, tenant: Id<Tenant>) -> Result<Tx, sqlx::Error> {
        self.begin(tenant, &Actor::system(), Cause::default()).await
    }

    /// A transaction of an operator: in one tenant, or in none.
    pub async fn begin_operator(
        &self,
        tenant: Option<Id<Tenant>>,
        actor: &Actor,
        cause: Cause<'_>,
    ) -> Result<Tx, sqlx::Error> {
        self.begin_scoped(&tenant.map(|tenant| tenant.to_string()).unwrap_or_default(), actor, cause).await
    }

    /// How many migrations of this binary the schema lacks. A schema without the function `app.schema_versions` is older and lacks all.
    pub async fn missing_migrations(&self) -> Result<usize, sqlx::Error> {
        const UNDEFINED_FUNCTION: &str = "42883";
        let known = MIGRATIONS.iter().filter(|migration| migration.migration_type.is_up_migration());
        let mut tx = self.begin_transaction().await?;
        let applied: Vec<i64> = match sqlx::query_scalar("select app.schema_versions()").fetch_all(&mut *tx).await {
            Ok(applied) => applied,
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(UNDEFINED_FUNCTION) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(known.filter(|migration| !applied.contains(&migration.version)).count())
    }

    /// A transaction without a tenant, which sees no tenant's rows: for the functions of schema `app`.
    pub async fn begin_platform(&self) -> Result<Tx, sqlx::Error> {
        self.begin_scoped("", &Actor::system(), Cause::default()).await
    }

    async fn begin_scoped(&self, tenant: &str, actor: &Actor, cause: Cause<'_>) -> Result<Tx, sqlx::Error> {
        let mut inner = self.begin_transaction().await?;
        let mode = self.clock.mode();
        let is_live = matches!(mode, ClockMode::Database);
        let now = if is_live { String::new() } else { self.clock.now().to_rfc3339() };
        let [(_, statement), (_, lock), (_, idle)] = self.timeouts.settings();
        let (_, now) = sqlx::query_as::<_, (String, DateTime<Utc>)>(
            "select set_config('app.now', $1, true) || set_config('app.tenant_id', $2, true)
                    || set_config('app.actor', $3, true) || set_config('app.request_id', $4, true)
                    || set_config('app.address', $5, true) || set_config('statement_timeout', $6, true)
                    || set_config('lock_timeout', $7, true)
                    || set_config('idle_in_transaction_session_timeout', $8, true), app.now()",
        )
        .bind(now)
        .bind(tenant)
        .bind(&actor.0)
        .bind(cause.request_id)
        .bind(cause.address)
        .bind(statement)
        .bind(lock)
        .bind(idle)
        .fetch_one(&mut *inner)
        .await?;
        Ok(Tx { inner, now, is_live })
    }

    /// A transaction on a working connection. After a restart of Postgres the pool still has dead connections: they fail at `BEGIN`, when
    /// it is safe to take another one.
    async fn begin_transaction(&self) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
        for _ in 0..self.pool.options().get_max_connections() {
            match self.pool.begin().await {
                Err(error) if has_lost_connection(&error) => tracing::debug!(%error, "an idle connection was lost"),
                begun => return begun,
            }
        }
        self.pool.begin().await
    }

    /// A separate connection, outside of the pool and of any transaction, that listens to the named channels.
    pub async fn listen(&self, channels: &[&str]) -> Result<sqlx::postgres::PgListener, sqlx::Error> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with((*self.options).clone())
            .await?;
        let mut listener = sqlx::postgres::PgListener::connect_with(&own).await?;
        listener.listen_all(channels.iter().copied()).await?;
        Ok(listener)
    }

    /// Refuses a role to which row-level security doesn't apply.
    pub async fn refuse_privileged_role(&self) -> anyhow::Result<()> {
        let (role, unbound, owns) = sqlx::query_as::<_, (String, bool, bool)>(
            "select current_user::text,
                    exists (select 1 from pg_roles r where (r.rolsuper or r.rolbypassrls) and pg_has_role(current_user, r.oid, 'member')),
                    exists (select 1 from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and pg_has_role(current_user, c.relowner, 'member'))",
        )
        .fetch_one(&self.pool)
        .await?;
        if unbound || owns {
            anyhow::bail!(
                "refusing to serve as database role `{role}`: row-level security does not bind a superuser, a role with BYPASSRLS, the owner of the tables, or a member of these. \
                 Connect as the application's role (wayside_app) with DATABASE_URL."
            );
        }
        Ok(())
    }

    /// How much of the pool is in use.
    pub fn pool_use(&self) -> PoolUse {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        let max = self.pool.options().get_max_connections();
        PoolUse { idle, in_use: self.pool.size().saturating_sub(idle), max }
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The message for a violated constraint. Constraints that no form can violate aren't listed: their violation is a bug.
fn constraint_sentence(constraint: &str) -> Option<AppError> {
    let conflict = |text: &str| Some(AppError::conflict(text));
    match constraint {
        "users_email_key" => Some(AppError::invalid("email", t!("db-this-e-mail-already-has-an"))),
        "tenants_slug_key" => Some(AppError::invalid("slug", t!("db-another-business-has-this-short-name"))),
        "hosts_pkey" => Some(AppError::invalid("hosts", t!("db-one-of-these-hosts-belongs-to"))),
        "identity_providers_slug_key" => Some(AppError::invalid("slug", t!("db-another-provider-has-this-name"))),
        "users_verified_phone_key" => Some(AppError::invalid("phone", t!("db-another-account-signs-in-with-this"))),
        "providers_email_key" => Some(AppError::invalid("email", t!("db-another-provider-has-this-e-mail"))),
        "invites_one_open_per_address" => Some(AppError::invalid("email", t!("db-this-address-already-has-an-open"))),
        "assignments_one_lead" | "assignments_once" => conflict(t!("db-someone-else-took-this-job")),
        "assignments_one_under_way" => conflict(t!("db-this-provider-already-has-a-job")),
        "offers_one_pending_per_provider" => conflict(t!("db-this-provider-is-looking-at-another")),
        "reservations_no_overlap" => conflict(t!("db-that-time-is-already-taken")),
        "slots_not_oversold" => conflict(t!("db-there-arent-that-many-places-left")),
        "prices_one_in_force" => conflict(t!("db-another-price-applies-at-that-time")),
        "reviews_booking_key" => conflict(t!("db-this-booking-was-already-reviewed")),
        "payout_items_earning_once" => conflict(t!("db-one-of-these-earnings-is-already")),
        _ => None,
    }
}

/// Postgres's codes for a connection that has ended: shut down, crashed, idle for too long in a transaction.
const CONNECTION_ENDED: [&str; 3] = ["57P01", "57P02", "25P03"];

/// Postgres's codes for failures after which a retry may help.
fn given_up(code: &str) -> Option<AppError> {
    match code {
        "40P01" | "40001" => Some(AppError::Collided), // a deadlock, or an order in which one of the two can't have happened
        "55P03" => Some(AppError::Locked),
        // A statement that took too long, or a server that is starting or has no connection left.
        "57014" | "57P03" | "53300" => Some(AppError::Unavailable),
        _ => None,
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

fn has_lost_connection(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_)) || code(error).is_some_and(|code| CONNECTION_ENDED.contains(&code.as_str()))
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        telemetry::database_error(&error);
        let code = code(&error);
        if let sqlx::Error::RowNotFound = error {
            return Self::NotFound;
        }
        if matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) || has_lost_connection(&error) {
            tracing::error!(%error, "database unavailable");
            return Self::Unavailable;
        }
        if let Some(given_up) = code.as_deref().and_then(given_up) {
            tracing::error!(%error, code, "the database gave up");
            return given_up;
        }
        // A text with a NUL, which no stored text can contain: it matches no row.
        if code.as_deref() == Some("22021") {
            return Self::NotFound;
        }
        if let Some(known) = error.as_database_error().and_then(|e| e.constraint()).and_then(constraint_sentence) {
            return known;
        }
        // A list leaves such a row out.
        if is_of_unknown_kind(&error) {
            tracing::warn!(%error, "a newer version made this row");
            return Self::NotFound;
        }
        Self::internal(&error)
    }
}

#[cfg(test)]
mod tests;
