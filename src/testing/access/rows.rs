use std::collections::BTreeMap;

use engine::Id;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::tenants::Tenant;

/// Counters of attempts and requests: every request changes them.
const CHANGE_BY_ASKING: [&str; 2] = ["platform.familiar_clients", "platform.rate_counters"];

/// Count and checksum of a table's rows, by tenant; `None` for rows without tenant.
type Seen = BTreeMap<(Option<Id<Tenant>>, String), (i64, String)>;

/// Every row of the database, as a count and a checksum for each table of each tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows(Seen);

impl Rows {
    /// Reads all rows. Policies also apply to the owner, so each tenant is read separately.
    pub async fn read(owner: &mut PgConnection, tenants: &[Id<Tenant>]) -> Self {
        let tables: Vec<(String, String)> = sqlx::query_as(
            "select relnamespace::regnamespace::text, relname::text from pg_class
             where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'platform', 'queue') and relname <> '_sqlx_migrations'",
        )
        .fetch_all(&mut *owner)
        .await
        .unwrap();
        let mut rows = BTreeMap::new();
        let (of_tenants, of_platform): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|(schema, _)| schema.as_str() == "public");
        for tenant in tenants {
            read_into(&mut rows, owner, Some(*tenant), &of_tenants).await;
        }
        read_into(&mut rows, owner, None, &of_platform).await;
        Self(rows)
    }

    /// The tables with different rows, and the tenant of these rows.
    pub fn changed_since(&self, before: &Self) -> Vec<(Option<Id<Tenant>>, String)> {
        let changed = self.0.iter().filter(|(table, sum)| before.0.get(*table) != Some(*sum));
        changed.map(|(table, _)| table.clone()).collect()
    }
}

async fn read_into(rows: &mut Seen, owner: &mut PgConnection, tenant: Option<Id<Tenant>>, tables: &[(String, String)]) {
    let scope = tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
    sqlx::query("select set_config('app.tenant_id', $1, false)").bind(scope).execute(&mut *owner).await.unwrap();
    let sums: Vec<String> = tables
        .iter()
        .map(|(schema, table)| {
            let name = if schema == "public" { table.clone() } else { format!("{schema}.{table}") };
            // Failed attempts are logged; they change nothing else.
            let kept = if table == "audit_log" { "where action not in ('sign_in_failed', 'locked_out')" } else { "" };
            format!(
                "select '{name}', count(*), coalesce(sum(hashtextextended(row::text, 0)::numeric), 0)::text from {schema}.{table} row {kept}"
            )
        })
        .collect();
    let sums: Vec<(String, i64, String)> =
        sqlx::query_as(AssertSqlSafe(sums.join(" union all "))).fetch_all(owner).await.unwrap();
    for (table, count, sum) in sums {
        if !CHANGE_BY_ASKING.contains(&table.as_str()) {
            rows.insert((tenant, table), (count, sum));
        }
    }
}
