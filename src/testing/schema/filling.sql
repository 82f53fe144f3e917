-- For tables that get many rows at once: triggers, constraints between tables and secondary indexes are dropped first and put back afterwards, which
-- is several times faster than keeping them. Run as the owner.
set client_min_messages = error;
create function pg_temp.begin_filling(tables regclass[]) returns void language plpgsql as $do$
declare
    statement text;
begin
    create temporary table filled as select unnest(tables) as id;
    create temporary table put_back as
        select 0 as position, pg_get_indexdef(i.indexrelid) as statement from pg_index i join filled f on f.id = i.indrelid
        where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
        union all
        select 1, format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
        from pg_constraint k join filled f on f.id = k.conrelid where k.contype = 'f'
        union all
        select 2, format('alter table %s enable trigger user', id::regclass) from filled;
    for statement in
        select format('alter table %s disable trigger user', id::regclass) from filled
        union all
        select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint k join filled f on f.id = k.conrelid
        where k.contype = 'f'
        union all
        select format('drop index %s', i.indexrelid::regclass) from pg_index i join filled f on f.id = i.indrelid
        where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    loop
        execute statement;
    end loop;
end $do$;
create function pg_temp.end_filling() returns void language plpgsql as $do$
declare
    statement text;
begin
    for statement in select p.statement from put_back p order by position loop
        execute statement;
    end loop;
end $do$;
