create or replace function app.redact_identifiers(words text[], numbers text[], patterns text[], replacements text[], kept text[])
    returns table (place text, field text, hits bigint)
    language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    written record;
    changed bigint;
begin
    if app.current_tenant() is null then
        raise exception 'an erasure needs a tenant';
    end if;
    for written in
        select * from platform.written_columns() c
        where c.place not like '%.%'
        order by c.place = 'audit_log', c.place
    loop
        continue when written.place || '.' || written.field = any (kept);
        execute format(
            'update %s t set %I = platform.redact(t.%2$I, $3, $4)
             where t.tenant_id = app.current_tenant() and t.%2$I is not null
               and (exists (select from unnest($1) w where strpos(platform.plain(t.%2$I::text), platform.plain(w)) > 0)
                 or exists (select from unnest($2) n where strpos(platform.closed_up(t.%2$I::text), n) > 0))',
            written.relation, written.field)
        using words, numbers, patterns, replacements;
        get diagnostics changed = row_count;
        if changed > 0 then
            return query select written.place, written.field, changed;
        end if;
    end loop;
end $$;
