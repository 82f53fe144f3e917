//! Checks the database's policies, owners and privileges, which isolate tenants in addition to the server's role. Migrations set them; a manual
//! restore or a careless grant can lose them without any error.

use sqlx::PgConnection;

use super::finding::{Finding, judge};

/// Reads the catalogs as the application's role.
pub(super) async fn findings(db: &mut PgConnection) -> Result<Vec<(&'static str, Finding)>, sqlx::Error> {
    Ok(vec![
        ("policies", policies(db).await?),
        ("owners", owners(db).await?),
        ("bypass", bypass(db).await?),
        ("temporary", temporary(db).await?),
    ])
}

async fn policies(db: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c
         where c.relkind in ('r', 'p') and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'app', 'platform', 'queue'))
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
           and (has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
                or has_any_column_privilege(c.oid, 'select, insert, update, references')
                or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and c.relnamespace = 'public'::regnamespace))
           and not (c.relrowsecurity and c.relforcerowsecurity and coalesce(
               (select count(*) = 1 and bool_and(p.polname = 'tenant_scope'
                       and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = app.current_tenant())'
                       and pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = app.current_tenant())')
                from pg_policy p where p.polrelid = c.oid), false))
         order by 1",
    )
    .fetch_all(db)
    .await?;
    Ok(judge(
        &found,
        "every table with tenants' rows has forced row-level security",
        "not under the forced policy `tenant_scope` alone, so tenants may see each other's rows",
    ))
}

async fn owners(db: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar(
        "with owner as (select r.* from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = 'platform'),
              ours as (select oid from pg_namespace where nspname in ('public', 'app', 'platform', 'queue'))
         select 'role ' || rolname from owner where rolsuper or rolbypassrls
         union all
         select 'database ' || d.datname from pg_database d, owner where d.datname = current_database() and d.datdba <> owner.oid
         union all
         select 'schema ' || n.nspname from pg_namespace n, owner where n.nspname in ('app', 'queue') and n.nspowner <> owner.oid
         union all
         select c.oid::regclass::text from pg_class c, owner
         where c.relnamespace in (select oid from ours) and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relowner <> owner.oid
         union all
         select p.oid::regprocedure::text from pg_proc p, owner
         where p.pronamespace in (select oid from ours) and p.proowner <> owner.oid
           and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')",
    )
    .fetch_all(db)
    .await?;
    Ok(judge(
        &found,
        "one role owns the database and everything in it, and policies bind it too",
        "has another owner than schema `platform`, or that owner is a superuser or has BYPASSRLS: functions of the schema run with its rights",
    ))
}

async fn bypass(db: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar(
        "select r.rolname::text from pg_roles r
         where r.rolbypassrls and not r.rolsuper and r.rolname <> 'wayside_backup'
           and exists (select from pg_class c where c.relnamespace in ('public'::regnamespace, 'platform'::regnamespace) and c.relkind in ('r', 'p')
                         and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete'))
         order by 1",
    )
    .fetch_all(db)
    .await?;
    Ok(judge(
        &found,
        "only the backup's role bypasses the policies",
        "has BYPASSRLS and may read tables: ALTER ROLE … NOBYPASSRLS",
    ))
}

async fn temporary(db: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar(
        "select 'TEMPORARY or CREATE on database ' || current_database() where has_database_privilege(current_database(), 'temporary, create')
         union all
         select 'CREATE on schema ' || nspname from pg_namespace where nspname in ('public', 'app', 'platform', 'queue') and has_schema_privilege(oid, 'create')",
    )
    .fetch_all(db)
    .await?;
    Ok(judge(
        &found,
        "the server's role can't create tables, not even temporary ones",
        "as the owner: REVOKE TEMPORARY, CREATE ON DATABASE … FROM PUBLIC, wayside_app; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ))
}

#[cfg(test)]
mod tests {
    use crate::doctor::tests::complaints_after;

    #[tokio::test]
    async fn a_lost_privilege_or_policy_is_named_with_its_remedy() {
        for (slip, named) in [
            ("grant temporary on database DATABASE_NAME to public", "temporary: TEMPORARY or CREATE on database test_"),
            ("grant create on schema public to wayside_app", "temporary: CREATE on schema public"),
            ("alter table bookings no force row level security", "policies: bookings: not under"),
            ("alter table customers disable row level security", "policies: customers: not under"),
            ("drop policy tenant_scope on reviews", "policies: reviews: not under"),
            ("create policy everything on reviews using (true)", "policies: reviews: not under"),
            ("grant select on platform.tenants to wayside_app", "policies: platform.tenants: not under"),
            ("grant update (name) on platform.tenants to public", "policies: platform.tenants: not under"),
        ] {
            let complaints = complaints_after(slip).await;
            assert!(complaints.starts_with(named) && complaints.lines().count() == 1, "{slip}: {complaints}");
            assert!(complaints.contains("bin/restore"), "{complaints}");
        }
    }
}
