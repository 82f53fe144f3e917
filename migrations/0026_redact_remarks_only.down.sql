drop function app.redact_identifiers(text[]), app.find_identifiers(text[]), app.ambiguous_identifiers(text[], text[], uuid[], bigint);
drop function platform.redact(jsonb, text), platform.redact(text, text), platform.mentions(jsonb, text), platform.is_machine_written(text),
    platform.mentions(text[], text), platform.mentions(text, text), platform.identities(), platform.remarks();

-- Text as it is compared: lower case, words apart by one space, whatever stood between them.
create function platform.plain(content text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
    select ' ' || regexp_replace(lower(content), '[^[:alnum:]]+', ' ', 'g') || ' ';
$$;

-- Text as telephone numbers and license plates are compared, which people write with gaps or without.
create function platform.closed_up(content text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
    select translate(lower(content), ' ()-./' || chr(160), '');
$$;

-- Searches all of that for words and numbers, in this tenant. A count of rows for each column in which something was found, and for none how many columns
-- were searched.
create function app.find_identifiers(words text[], numbers text[]) returns table (place text, field text, hits bigint)
    language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    written record;
    searched bigint := 0;
    found bigint;
begin
    if app.current_tenant() is null then
        raise exception 'a search needs a tenant';
    end if;
    for written in select * from platform.written_columns() loop
        execute format(
            'select count(*) from %s t where t.tenant_id = app.current_tenant() and t.%I is not null
               and (exists (select from unnest($1) w where strpos(platform.plain(t.%2$I::text), platform.plain(w)) > 0)
                 or exists (select from unnest($2) n where strpos(platform.closed_up(t.%2$I::text), n) > 0))',
            written.relation, written.field)
        into found using words, numbers;
        searched := searched + 1;
        if found > 0 then
            return query select written.place, written.field, found;
        end if;
    end loop;
    return query select null::text, null::text, searched;
end $$;

-- The text without what the patterns find, each replaced by what stands beside it.
create function platform.redact(content text, patterns text[], replacements text[]) returns text
    language plpgsql immutable set search_path = pg_catalog as $$
begin
    for i in 1 .. cardinality(patterns) loop
        content := regexp_replace(content, patterns[i], replacements[i], 'gi');
    end loop;
    return content;
end $$;

create function platform.redact(content jsonb, patterns text[], replacements text[]) returns jsonb
    language plpgsql immutable set search_path = pg_catalog as $$
begin
    return case jsonb_typeof(content)
        when 'number' then case when platform.redact(content::text, patterns, replacements) = content::text then content else '0' end
        when 'string' then to_jsonb(platform.redact(content #>> '{}', patterns, replacements))
        when 'array' then coalesce(
            (select jsonb_agg(platform.redact(e, patterns, replacements) order by n) from jsonb_array_elements(content) with ordinality as x (e, n)), '[]')
        when 'object' then coalesce((select jsonb_object_agg(k, platform.redact(v, patterns, replacements)) from jsonb_each(content) as x (k, v)), '{}')
        else content end;
end $$;

create function platform.redact(content text[], patterns text[], replacements text[]) returns text[]
    language sql immutable set search_path = pg_catalog as $$
    select array(select platform.redact(e, patterns, replacements) from unnest(content) with ordinality as x (e, n) order by n);
$$;

-- Takes identifiers out of whatever of the tenant's tables mentions them, also of logs the application itself can only add to. `kept` names columns as
-- `table.column`. The audit log comes last: emptying the others writes to it.
create function app.redact_identifiers(words text[], numbers text[], patterns text[], replacements text[], kept text[])
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

grant execute on function app.find_identifiers, app.redact_identifiers to wayside_app;
