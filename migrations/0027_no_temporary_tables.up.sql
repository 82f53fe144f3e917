-- Temporary tables hide others of the same name: where `pg_temp` isn't named, it is searched first. Functions with their owner's rights look there last from
-- now on, and nobody but the database's owner makes temporary tables at all.
do $$
declare
    searching record;
begin
    for searching in
        select p.oid::regprocedure as routine, substr(s.setting, length('search_path=') + 1) as path
        from pg_proc p cross join unnest(p.proconfig) as s (setting)
        where p.prosecdef and p.pronamespace in ('app'::regnamespace, 'platform'::regnamespace)
          and s.setting like 'search_path=%' and s.setting not like '%, pg_temp'
    loop
        execute format('alter routine %s set search_path = %s, pg_temp', searching.routine, searching.path);
    end loop;
    execute format('revoke temporary on database %I from public', current_database());
end $$;
