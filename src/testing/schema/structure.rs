use sqlx::PgConnection;

use crate::testing::TestDb;

/// The findings of a catalog query, one line each.
async fn findings(owner: &mut PgConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(owner).await.unwrap()
}

/// Asserts that none of the queries finds anything.
async fn assert_nothing_found(queries: &[(&str, &'static str)]) {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    for (rule, query) in queries {
        assert_eq!(findings(&mut owner, query).await, Vec::<String>::new(), "{rule}");
    }
    drop(owner);
    database.drop().await;
}

#[tokio::test]
async fn every_table_belongs_to_tenants_by_forced_policy_and_key() {
    assert_nothing_found(&[
        (
            "there are tables",
            "select 'none' where (select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r') < 30",
        ),
        (
            "tenant_id is there and never null",
            "select c.relname::text from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
               and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'uuid'::regtype)",
        ),
        (
            "row-level security is on and forced",
            "select c.relname::text from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
               and not (c.relrowsecurity and c.relforcerowsecurity)",
        ),
        (
            "exactly one policy, for everything and everyone, reading and writing by the same rule",
            "select c.relname::text from pg_class c
             left join pg_policy p on p.polrelid = c.oid
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
             group by c.relname
             having not (count(p.oid) = 1 and bool_and(p.polcmd = '*' and p.polpermissive and p.polroles = '{0}'
                         and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = app.current_tenant())'
                         and pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = app.current_tenant())'))",
        ),
        (
            "the primary key starts with the tenant",
            "select c.relname::text from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
               and not exists (
                   select from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
                   where k.conrelid = c.oid and k.contype = 'p' and a.attname = 'tenant_id')",
        ),
        (
            "an index starts with the tenant, as every question under a policy does",
            "select i.indexrelid::regclass::text from pg_index i
             join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace and c.relname <> '_sqlx_migrations'
             left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where a.attname is distinct from 'tenant_id'
               and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[i.indkey[0]]
                                 and k.confrelid in (select oid from pg_class where relnamespace = 'platform'::regnamespace))",
        ),
        (
            "there is no view, which would read with its owner's rights",
            "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')",
        ),
    ])
    .await;
}

#[tokio::test]
async fn references_carry_the_tenant_and_have_an_index() {
    assert_nothing_found(&[
        (
            "a foreign key between tenant tables pairs tenant with tenant",
            "select k.conrelid::regclass || '.' || k.conname from pg_constraint k
             join pg_class target on target.oid = k.confrelid and target.relnamespace = 'public'::regnamespace
             where k.contype = 'f' and k.connamespace = 'public'::regnamespace
               and not exists (
                   select from unnest(k.conkey, k.confkey) as pair (here, there)
                   join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.here
                   join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.there
                   where a.attname = 'tenant_id' and b.attname = 'tenant_id')",
        ),
        (
            "a foreign key's columns are the first of an index",
            "select k.conrelid::regclass || '.' || k.conname from pg_constraint k
             where k.contype = 'f' and k.connamespace::regnamespace::text in ('public', 'platform', 'queue')
               and not exists (
                   select from pg_index i
                   where i.indrelid = k.conrelid
                     and (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
                     and (i.indpred is null or cardinality(k.conkey) = 1))",
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_applications_role_may_only_do_what_it_needs() {
    assert_nothing_found(&[
        (
            "it is nobody special and belongs to no other role",
            "select r.rolname::text from pg_roles r
             where r.rolname = 'wayside_app'
               and (r.rolsuper or r.rolbypassrls or r.rolcreatedb or r.rolcreaterole or r.rolreplication
                    or exists (select from pg_auth_members m where m.member = r.oid))",
        ),
        (
            "it owns nothing",
            "select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'wayside_app'",
        ),
        (
            "it may neither truncate, nor refer to, nor put triggers on a table",
            "select c.relname::text from pg_class c
             where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'platform', 'queue')
               and (has_table_privilege('wayside_app', c.oid, 'truncate') or has_table_privilege('wayside_app', c.oid, 'references')
                    or has_table_privilege('wayside_app', c.oid, 'trigger'))",
        ),
        (
            "it may not make anything",
            "select n.nspname::text from pg_namespace n
             where n.nspname in ('public', 'platform', 'queue', 'app') and has_schema_privilege('wayside_app', n.oid, 'create')",
        ),
        (
            "it sees nothing of what is known before the tenant is",
            "select n.nspname::text from pg_namespace n
             where n.nspname in ('platform', 'queue') and has_schema_privilege('wayside_app', n.oid, 'usage')",
        ),
        (
            "logs are only added to, and the audit log not even that",
            "select c.relname || ' ' || p.privilege from pg_class c
             join (values ('audit_log', 'insert'), ('audit_log', 'update'), ('audit_log', 'delete'),
                          ('booking_events', 'update'), ('booking_events', 'delete'), ('quote_lines', 'update'), ('quote_lines', 'delete'),
                          ('dispatch_decisions', 'update'), ('dispatch_decisions', 'delete'),
                          ('postings', 'update'), ('postings', 'delete'), ('ledger_rows', 'update'), ('ledger_rows', 'delete'))
                  as p (name, privilege) on c.relname = p.name
             where c.relnamespace = 'public'::regnamespace and has_table_privilege('wayside_app', c.oid, p.privilege)",
        ),
        (
            "functions that run with their owner's rights look names up in fixed schemas only, and among temporary tables last",
            "select p.oid::regprocedure::text from pg_proc p
             where p.prosecdef and p.pronamespace::regnamespace::text in ('app', 'platform', 'queue', 'public')
               and not exists (select from unnest(p.proconfig) as setting where setting like 'search_path=pg_catalog%, pg_temp')",
        ),
        (
            "functions with their owner's rights aren't everybody's",
            "select p.oid::regprocedure::text from pg_proc p
             where p.prosecdef and p.prorettype <> 'trigger'::regtype and has_function_privilege('public', p.oid, 'execute')",
        ),
    ])
    .await;
}

#[tokio::test]
async fn nobody_but_the_owner_makes_temporary_tables_that_hide_others() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    // A database created from a template has its tables but not its privileges, so the migration is run down and up here.
    for (migration, allowed) in [
        (include_str!("../../../migrations/0027_no_temporary_tables.down.sql"), true),
        (include_str!("../../../migrations/0027_no_temporary_tables.up.sql"), false),
    ] {
        sqlx::raw_sql(migration).execute(&mut owner).await.unwrap();
        let (may, last): (bool, bool) = sqlx::query_as(
            "select has_database_privilege('wayside_app', current_database(), 'temporary'),
                    (select proconfig[1] like '%, pg_temp' from pg_proc where proname = 'forget_records')",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        assert_eq!((may, last), (allowed, !allowed));
    }
    drop(owner);
    database.drop().await;
}

/// Under a policy, Postgres doesn't use an index for operators that could reveal something about hidden rows.
#[tokio::test]
async fn index_conditions_are_leakproof() {
    assert_nothing_found(&[
        (
            "comparisons of every B-tree are leakproof",
            "select distinct i.indexrelid::regclass || ' ' || o.oid::regoperator from pg_index i
             join pg_class t on t.oid = i.indrelid and t.relnamespace = 'public'::regnamespace and t.relname <> '_sqlx_migrations'
             join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam and m.amname = 'btree'
             cross join unnest(i.indclass::oid[]) as class (oid) join pg_opclass c on c.oid = class.oid
             join pg_amop p on p.amopfamily = c.opcfamily and p.amoplefttype = c.opcintype and p.amoprighttype = c.opcintype
             join pg_operator o on o.oid = p.amopopr join pg_proc f on f.oid = o.oprcode
             where not f.proleakproof",
        ),
        (
            "other indexes only keep constraints",
            "select i.indexrelid::regclass::text from pg_index i
             join pg_class t on t.oid = i.indrelid and t.relnamespace = 'public'::regnamespace
             join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam and m.amname <> 'btree'
             where not i.indisexclusion",
        ),
    ])
    .await;
}

#[tokio::test]
async fn every_column_has_a_type_whose_comparisons_use_indexes_under_a_policy() {
    assert_nothing_found(&[(
        "no enum, no citext, no numeric, no timestamp without zone",
        "select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, null) from pg_class c
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
           and format_type(a.atttypid, null) not in ('uuid', 'text', 'text[]', 'bigint', 'integer', 'smallint', 'boolean', 'date', 'bytea', 'jsonb',
                                                     'double precision', 'real', 'timestamp with time zone')",
    )])
    .await;
}
