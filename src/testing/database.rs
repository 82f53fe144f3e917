use std::str::FromStr;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::db::Db;

/// The database of one test, cloned from the migrated template and dropped at the end. The handle is the application's role: a test that connected as the
/// owner would prove nothing about row-level security.
pub struct TestDb {
    name: String,
    owner: PgConnectOptions,
    app: PgConnectOptions,
    pub db: Db,
}

fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run the tests through bin/test, or as `bin/test --help` says"))
}

impl TestDb {
    /// Clones the template.
    pub async fn new() -> Self {
        let owner = PgConnectOptions::from_str(&setting("WAYSIDE_TEST_OWNER_URL")).unwrap().disable_statement_logging();
        let app = PgConnectOptions::from_str(&setting("WAYSIDE_TEST_APP_URL")).unwrap();
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect_with(&owner).await.unwrap();
        let clone = format!("create database {name} template {}", setting("WAYSIDE_TEST_TEMPLATE"));
        sqlx::raw_sql(sqlx::AssertSqlSafe(clone)).execute(&mut connection).await.unwrap();
        // A clone lacks the privileges of the database itself, which a migration sets in the template.
        let privileges = format!("revoke temporary on database {name} from public");
        sqlx::raw_sql(sqlx::AssertSqlSafe(privileges)).execute(&mut connection).await.unwrap();
        let app = app.database(&name);
        let db = Db::connect_with(app.clone(), 5).await.unwrap();
        Self { owner: owner.database(&name), app, name, db }
    }

    /// The same database with a pool of this size: for races.
    pub async fn with_connections(&self, connections: u32) -> Db {
        Db::connect_with(self.app.clone(), connections).await.unwrap()
    }

    /// A connection as the owner: to read around the policies, and for what the application can't do, such as creating tenants.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.owner).await.unwrap()
    }

    /// The database as its owner, as in a misconfigured server.
    pub async fn as_owner(&self) -> Db {
        Db::connect_with(self.owner.clone(), 1).await.unwrap()
    }

    /// Drops the database. A failed test keeps it for inspection; bin/test deletes those later.
    pub async fn drop(self) {
        self.db.close().await;
        // Postgres waits some seconds for connections that are closing; the owner may not terminate the application's.
        let mut connection = PgConnection::connect_with(&self.owner.clone().database("postgres")).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("drop database {}", self.name)))
            .execute(&mut connection)
            .await
            .unwrap();
    }
}
