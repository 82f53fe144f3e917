//! Compares the database with what the migrations create: columns, constraints, indexes, triggers, functions and extensions.
//! A manual restore can lose them, and triggers that were disabled for a repair may stay disabled, without any error.
//!
//! `catalog.txt` has what the migrations create, one line each. A test can rewrite it.

use std::collections::BTreeMap;

use sqlx::{FromRow, PgConnection};

use super::finding::{Finding, complaint, judge};

const MADE_BY_MIGRATIONS: &str = include_str!("catalog.txt");

/// In the order in which the check reports them.
const KINDS: [(&str, &str); 6] = [
    ("column", "columns"),
    ("constraint", "constraints"),
    ("index", "indexes"),
    ("trigger", "triggers"),
    ("function", "functions"),
    ("extension", "extensions"),
];

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
struct Object {
    kind: String,
    /// With the table's path, for a column, a constraint or a trigger.
    path: String,
    /// SQL; for a function, a hash.
    definition: String,
    /// Why it has no effect although it exists.
    fault: Option<String>,
}

/// Runs as the application's role.
pub(super) async fn findings(db: &mut PgConnection) -> Result<Vec<(&'static str, Finding)>, sqlx::Error> {
    let there = objects(db).await?;
    let mut findings = compare(&made_by_migrations(), &there);
    findings.push(("extensions' owner", owners_of_extensions(db).await?));
    Ok(findings)
}

fn made_by_migrations() -> Vec<Object> {
    let lines = MADE_BY_MIGRATIONS.lines().filter_map(|line| {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        Some(Object { kind: parts.next()?, path: parts.next()?, definition: parts.next()?, fault: None })
    });
    lines.collect()
}

fn compare(made: &[Object], there: &[Object]) -> Vec<(&'static str, Finding)> {
    let found: BTreeMap<_, _> = there.iter().map(|object| ((&object.kind, &object.path), object)).collect();
    let findings = KINDS.map(|(kind, title)| {
        let made = made.iter().filter(|object| object.kind == kind);
        let wrong: Vec<String> =
            made.filter_map(|made| complaint_about(made, found.get(&(&made.kind, &made.path)).copied())).collect();
        (title, judge(&wrong, "everything from the migrations exists and is active", "run this as the owner"))
    });
    findings.into()
}

fn complaint_about(made: &Object, there: Option<&Object>) -> Option<String> {
    let state = match there {
        None => "is missing",
        Some(there) if there.definition != made.definition => "differs from the migrations",
        Some(there) => there.fault.as_deref()?,
    };
    Some(format!("{} {state} ({})", made.path, remedy(made, state)))
}

fn remedy(made: &Object, state: &str) -> String {
    let (table, own) = made.path.rsplit_once('.').unwrap_or(("", &made.path));
    let definition = &made.definition;
    match (made.kind.as_str(), state) {
        ("constraint", "is not validated") => format!("ALTER TABLE {table} VALIDATE CONSTRAINT {own}"),
        ("constraint", "is disabled") => format!("as a superuser: ALTER TABLE {table} ENABLE TRIGGER ALL"),
        ("constraint", "has an invalid index") => format!("REINDEX TABLE {table}"),
        ("constraint", "is missing") => format!("ALTER TABLE {table} ADD CONSTRAINT {own} {definition}"),
        ("constraint", _) => {
            format!("ALTER TABLE {table} DROP CONSTRAINT {own}, ADD CONSTRAINT {own} {definition}")
        }
        ("index", "is invalid") => format!("REINDEX INDEX {}", made.path),
        ("index" | "trigger", "is missing") => definition.clone(),
        ("index", _) => format!("DROP INDEX {}; {definition}", made.path),
        ("trigger", "is disabled") => format!("ALTER TABLE {table} ENABLE TRIGGER {own}"),
        ("trigger", _) => format!("DROP TRIGGER {own} ON {table}; {definition}"),
        ("function", _) => "run its newest definition in `migrations/` again".to_owned(),
        ("extension", "is missing") => format!("CREATE EXTENSION {own} {definition}").trim().to_owned(),
        ("extension", _) => format!("ALTER EXTENSION {own} SET {definition}"),
        _ => format!("change it to `{own} {definition}`"),
    }
}

/// Our objects in the catalogs. Names in definitions include their schema, whatever the role's search path is.
async fn objects(db: &mut PgConnection) -> Result<Vec<Object>, sqlx::Error> {
    sqlx::query("select set_config('search_path', 'pg_catalog', true)").execute(&mut *db).await?;
    sqlx::query_as(
        r#"with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'app', 'platform', 'queue')),
              of_extensions as (select classid, objid from pg_depend where deptype = 'e'),
              relation as (
                  select c.oid, n.nspname || '.' || c.relname as name from pg_class c join ours n on n.oid = c.relnamespace
                  where c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
                    and not exists (select from of_extensions where classid = 'pg_class'::regclass and objid = c.oid)),
              object as (
                  select 'column' as kind, r.name || '.' || a.attname as name,
                         concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                                   case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation end,
                                   case when a.attnotnull then 'not null' end,
                                   case when a.attidentity <> '' then 'identity' end,
                                   case when a.attgenerated <> '' then 'generated as' else 'default' end || ' ' || pg_get_expr(d.adbin, d.adrelid)) as definition,
                         null as fault
                  from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid
                  left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
                  union all
                  select 'constraint', r.name || '.' || k.conname, replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''),
                         case when exists (select from pg_trigger g where g.tgconstraint = k.oid and g.tgenabled <> 'O') then 'is disabled'
                              when not k.convalidated then 'is not validated'
                              when i.indisvalid is false then 'has an invalid index' end
                  from relation r join pg_constraint k on k.conrelid = r.oid and k.contype in ('c', 'f', 'p', 'u', 'x')
                  left join pg_index i on i.indexrelid = k.conindid and k.contype <> 'f'
                  union all
                  select 'index', n.nspname || '.' || c.relname, pg_get_indexdef(i.indexrelid),
                         case when not (i.indisvalid and i.indisready) then 'is invalid' end
                  from relation r join pg_index i on i.indrelid = r.oid join pg_class c on c.oid = i.indexrelid join ours n on n.oid = c.relnamespace
                  where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
                  union all
                  select 'trigger', r.name || '.' || g.tgname, pg_get_triggerdef(g.oid), case when g.tgenabled <> 'O' then 'is disabled' end
                  from relation r join pg_trigger g on g.tgrelid = r.oid and not g.tgisinternal
                  union all
                  select 'function', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                         md5(pg_get_functiondef(p.oid)), null
                  from ours n join pg_proc p on p.pronamespace = n.oid and p.prokind in ('f', 'p')
                  where not exists (select from of_extensions where classid = 'pg_proc'::regclass and objid = p.oid)
                  union all
                  -- Functions of ours name those in `platform` with the schema; the others may lie anywhere.
                  select 'extension', e.extname::text, case when n.nspname = 'platform' then 'SCHEMA platform' else '' end, null
                  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql')
         select kind, name as path, regexp_replace(definition, '\s+', ' ', 'g') as definition, fault from object order by kind collate "C", name collate "C""#,
    )
    .fetch_all(db)
    .await
}

async fn owners_of_extensions(db: &mut PgConnection) -> Result<Finding, sqlx::Error> {
    let made = made_by_migrations().into_iter().filter(|object| object.kind == "extension");
    let names: Vec<String> = made.map(|extension| extension.path).collect();
    let found: Vec<String> = sqlx::query_scalar(
        "select extname::text from pg_extension
         where extname = any ($1) and extowner <> (select nspowner from pg_namespace where nspname = 'platform')
         order by 1",
    )
    .bind(names)
    .fetch_all(db)
    .await?;
    Ok(if found.is_empty() {
        Finding::Good("belong to the schema's owner, so migrations can be reverted".into())
    } else {
        Finding::Off(complaint(
            &found,
            "belongs to another role than the schema: the server works, and `wayside migrate down` stops where it would drop the extension",
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;
    use crate::{doctor::tests::complaints_after, testing::TestDb};

    /// With `WAYSIDE_RENEW=1` this test rewrites the file.
    #[tokio::test]
    async fn the_catalog_compared_with_is_that_of_the_migrations() {
        let database = TestDb::new().await;
        let there = objects(&mut database.db.begin_platform().await.unwrap()).await.unwrap();
        let lines: String =
            there.iter().map(|object| format!("{}\t{}\t{}\n", object.kind, object.path, object.definition)).collect();
        database.drop().await;
        if std::env::var_os("WAYSIDE_RENEW").is_some() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/doctor/catalog.txt");
            std::fs::write(file, &lines).unwrap();
        } else {
            let difference = MADE_BY_MIGRATIONS.lines().find(|line| !lines.lines().any(|now| now == *line));
            let addition = lines.lines().find(|now| !MADE_BY_MIGRATIONS.lines().any(|line| line == *now));
            assert!(
                lines == MADE_BY_MIGRATIONS,
                "src/doctor/catalog.txt has {difference:?}, the migrations make {addition:?}; \
                 renew the file with `WAYSIDE_RENEW=1 bin/test the_catalog_compared_with_is_that_of_the_migrations`"
            );
        }
        let kinds: BTreeSet<_> = there.iter().map(|object| object.kind.as_str()).collect();
        assert_eq!(kinds, KINDS.map(|(kind, _)| kind).into());
    }

    #[tokio::test]
    async fn missing_and_disabled_objects_are_reported_with_a_remedy() {
        for (slip, named, remedy) in [
            (
                "alter table bookings drop constraint bookings_phase_check",
                "constraints: public.bookings.bookings_phase_check is missing",
                "ALTER TABLE public.bookings ADD CONSTRAINT bookings_phase_check CHECK (",
            ),
            (
                "alter table reviews drop constraint reviews_rating_check; alter table reviews add constraint reviews_rating_check check (rating < 99)",
                "constraints: public.reviews.reviews_rating_check differs from the migrations",
                "ALTER TABLE public.reviews DROP CONSTRAINT reviews_rating_check, ADD CONSTRAINT reviews_rating_check CHECK (",
            ),
            (
                "alter table job_bookings drop constraint job_bookings_tenant_id_booking_id_fkey",
                "constraints: public.job_bookings.job_bookings_tenant_id_booking_id_fkey is missing",
                "FOREIGN KEY (tenant_id, booking_id) REFERENCES public.bookings(tenant_id, id)",
            ),
            (
                "alter table bookings drop constraint bookings_reference_key",
                "constraints: public.bookings.bookings_reference_key is missing",
                "ADD CONSTRAINT bookings_reference_key UNIQUE (tenant_id, reference)",
            ),
            (
                "alter table reservations drop constraint reservations_no_overlap",
                "constraints: public.reservations.reservations_no_overlap is missing",
                "ADD CONSTRAINT reservations_no_overlap EXCLUDE USING gist (",
            ),
            (
                "alter table reviews drop constraint reviews_rating_check;
                 alter table reviews add constraint reviews_rating_check check (rating between 1 and 5) not valid",
                "constraints: public.reviews.reviews_rating_check is not validated",
                "ALTER TABLE public.reviews VALIDATE CONSTRAINT reviews_rating_check",
            ),
            (
                "drop index offers_one_pending_per_provider",
                "indexes: public.offers_one_pending_per_provider is missing",
                "CREATE UNIQUE INDEX offers_one_pending_per_provider ON public.offers",
            ),
            (
                "drop index platform.booking_search_document_idx",
                "indexes: platform.booking_search_document_idx is missing",
                "CREATE INDEX booking_search_document_idx ON platform.booking_search USING gin",
            ),
            (
                "drop trigger audit on payments",
                "triggers: public.payments.audit is missing",
                "CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.payments",
            ),
            (
                "alter table payments disable trigger user",
                "triggers: public.payments.",
                "ALTER TABLE public.payments ENABLE TRIGGER ",
            ),
            (
                "alter table bookings enable replica trigger index_booking",
                "triggers: public.bookings.index_booking is disabled",
                "ALTER TABLE public.bookings ENABLE TRIGGER index_booking",
            ),
            (
                "create or replace function app.audit() returns trigger language plpgsql as 'begin return null; end'",
                "functions: app.audit() differs from the migrations",
                "run its newest definition in `migrations/` again",
            ),
            (
                "alter table customers alter name drop not null",
                "columns: public.customers.name differs from the migrations",
                "change it to `name text not null`",
            ),
        ] {
            let complaints = complaints_after(slip).await;
            assert!(complaints.starts_with(named) && complaints.lines().count() == 1, "{slip}: {complaints}");
            assert!(complaints.contains(remedy) && complaints.contains("bin/restore"), "{slip}: {complaints}");
        }
    }
}
