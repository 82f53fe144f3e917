do $$
declare
    searching record;
begin
    for searching in
        select p.oid::regprocedure as routine, substr(s.setting, length('search_path=') + 1) as path
        from pg_proc p cross join unnest(p.proconfig) as s (setting)
        where p.prosecdef and p.pronamespace in ('app'::regnamespace, 'platform'::regnamespace) and s.setting like 'search_path=%, pg_temp'
    loop
        execute format('alter routine %s set search_path = %s', searching.routine, left(searching.path, -length(', pg_temp')));
    end loop;
    execute format('grant temporary on database %I to public', current_database());
end $$;
