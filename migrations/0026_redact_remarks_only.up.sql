-- An erasure rewrites remarks, and nothing else: never another person's name or address, a state, a code or what the business offers. The columns are
-- listed here, where the application's role can't add to them; src/privacy/map.rs has the same lists, with those that are only searched.
drop function app.redact_identifiers(text[], text[], text[], text[], text[]);
drop function app.find_identifiers(text[], text[]);
drop function platform.redact(text[], text[], text[]), platform.redact(jsonb, text[], text[]), platform.redact(text, text[], text[]);
drop function platform.closed_up(text), platform.plain(text);

-- Where people write remarks, and where a log or a snapshot copies a name.
create function platform.remarks() returns table (place text, field text)
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    values ('assignments', 'end_reason'), ('audit_log', 'changes'), ('blocks', 'reason'), ('booking_events', 'actor_name'), ('booking_events', 'note'),
           ('bookings', 'cancellation_reason'), ('bookings', 'notes'), ('dispatch_decisions', 'candidates'), ('dispatch_decisions', 'decided_by'),
           ('dispatch_decisions', 'reason'), ('form_drafts', 'contents'), ('impersonations', 'reason'), ('jobs', 'outcome'), ('offers', 'decline_reason'),
           ('passkeys', 'name'), ('platform.operator_log', 'details'), ('providers', 'status_reason'), ('quote_lines', 'label'), ('quotes', 'approved_by'),
           ('reviews', 'comment'), ('staff_alerts', 'message'), ('staff_alerts', 'resolved_by'), ('users', 'status_reason');
$$;

-- What says who or what something is. An identifier of a kind it `holds` that is found there, in a row of somebody else, is theirs as well. `owner` is the
-- column that says whose row it is.
create function platform.identities() returns table (place text, field text, holds text[], owner text)
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    values ('users', 'name', '{name}'::text[], 'id'), ('users', 'email', '{name,email}', 'id'), ('users', 'phone', '{phone}', 'id'),
           ('customers', 'name', '{name}', 'id'), ('customers', 'email', '{name,email}', 'id'), ('customers', 'phone', '{phone}', 'id'),
           ('customer_vehicles', 'plate', '{plate}', 'id'),
           ('providers', 'name', '{name}', 'id'), ('providers', 'email', '{name,email}', 'id'), ('providers', 'phone', '{phone}', 'id'),
           ('providers', 'address', '{name}', 'id'), ('providers', 'vehicle', '{name,plate}', 'id'),
           ('resources', 'name', '{name}', 'provider_id'),
           ('bookings', 'contact_name', '{name}', 'id'), ('bookings', 'contact_email', '{name,email}', 'id'), ('bookings', 'contact_phone', '{phone}', 'id'),
           ('bookings', 'address', '{name}', 'id'), ('bookings', 'reference', '{plate}', 'id'),
           ('roadside_bookings', 'vehicle_plate', '{plate}', 'booking_id'), ('roadside_bookings', 'destination_address', '{name}', 'booking_id'),
           ('jobs', 'address', '{name}', 'id'), ('jobs', 'destination_address', '{name}', 'id'),
           ('invites', 'email', '{name,email}', 'id'), ('email_changes', 'new_email', '{name,email}', 'user_id'),
           ('one_time_tokens', 'payload', '{name,email,phone}', 'user_id'), ('impersonations', 'operator_name', '{name}', 'user_id'),
           -- Words of the trade: whoever calls themselves “Jump Start” has no claim on them.
           ('services', 'slug', '{name}', 'id'), ('services', 'vertical', '{name}', 'id'), ('services', 'category', '{name}', 'id'),
           ('services', 'name', '{name}', 'id'), ('prices', 'vehicle_class', '{name}', 'id'), ('prices', 'unit', '{name}', 'id'),
           ('provider_skills', 'skill', '{name}', 'provider_id'), ('jobs', 'skills', '{name}', 'id'),
           ('customer_vehicles', 'make', '{name}', 'id'), ('customer_vehicles', 'model', '{name}', 'id'), ('customer_vehicles', 'color', '{name}', 'id'),
           ('roadside_bookings', 'vehicle_make', '{name}', 'booking_id'), ('roadside_bookings', 'vehicle_model', '{name}', 'booking_id'),
           ('roadside_bookings', 'vehicle_color', '{name}', 'booking_id'),
           ('identity_providers', 'slug', '{name}', 'id'), ('identity_providers', 'label', '{name}', 'id'),
           ('notifications', 'kind', '{name}', 'id'), ('queue.tasks', 'kind', '{name}', 'tenant_id'), ('platform.hosts', 'host', '{name}', 'tenant_id');
$$;

-- Whether a text matches a pattern. Of JSON: whether one of its texts does, save ids and times, which machines write.
create function platform.mentions(content text, pattern text) returns boolean language sql immutable parallel safe
    return content ~* pattern;

create function platform.mentions(content text[], pattern text) returns boolean language sql immutable parallel safe
    return exists (select from unnest(content) e where e ~* pattern);

create function platform.is_machine_written(content text) returns boolean language sql immutable parallel safe
    return content ~ '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.+Z-]+)?)$';

create function platform.mentions(content jsonb, pattern text) returns boolean language sql immutable parallel safe
    return exists (
        select from jsonb_path_query(content, 'strict $.**') e
        where jsonb_typeof(e) = 'string' and e #>> '{}' ~* pattern and not platform.is_machine_written(e #>> '{}'));

-- The text without what the pattern finds. Never longer than it was, nor shorter than five characters: it has to fit where it came from.
create function platform.redact(content text, pattern text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case when content ~* ('^(?:' || pattern || ')$') then 'Erased person'
                else left(regexp_replace(content, pattern, '*****', 'gi'), greatest(length(content), 5)) end;
$$;

create function platform.redact(content jsonb, pattern text) returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return case jsonb_typeof(content)
        when 'string' then case when platform.mentions(content, pattern) then to_jsonb(platform.redact(content #>> '{}', pattern)) else content end
        when 'array' then coalesce((select jsonb_agg(platform.redact(e, pattern) order by n) from jsonb_array_elements(content) with ordinality as x (e, n)), '[]')
        when 'object' then coalesce((select jsonb_object_agg(k, platform.redact(v, pattern)) from jsonb_each(content) as x (k, v)), '{}')
        else content end;
end $$;

-- Which of these identifiers are not this person's alone, by their place in the list, from 1: those that identify the business, or somebody else, in rows that
-- aren't `own`; and, where `common` is given, those that more remarks mention, which are words and not a person. The audit log doesn't count: it repeats the others.
create function app.ambiguous_identifiers(kinds text[], patterns text[], own uuid[], common bigint) returns setof integer
    language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    searched record;
    found bigint;
    mentions bigint;
begin
    if app.current_tenant() is null then
        raise exception 'a search needs a tenant';
    end if;
    <<identifiers>>
    for i in 1 .. cardinality(patterns) loop
        if exists (
            select from platform.tenants t
            where t.id = app.current_tenant() and platform.mentions(array[t.name, t.tagline, t.email, t.phone], patterns[i])) then
            return next i;
            continue;
        end if;
        for searched in select * from platform.identities() c where kinds[i] = any (c.holds) loop
            execute format(
                'select count(*) from (select from %s t where t.tenant_id = app.current_tenant() and platform.mentions(t.%I, $1)
                   and (t.%I = any ($2)) is not true limit 1) other',
                case when searched.place like '%.%' then searched.place else 'public.' || searched.place end, searched.field, searched.owner)
            into found using patterns[i], own;
            if found > 0 then
                return next i;
                continue identifiers;
            end if;
        end loop;
        continue when common is null;
        mentions := 0;
        for searched in select * from platform.remarks() c where c.place <> 'audit_log' loop
            execute format('select count(*) from %s t where t.tenant_id = app.current_tenant() and platform.mentions(t.%I, $1)',
                case when searched.place like '%.%' then searched.place else 'public.' || searched.place end, searched.field)
            into found using patterns[i];
            mentions := mentions + found;
        end loop;
        if mentions > common then
            return next i;
        end if;
    end loop;
end $$;

-- Searches every column of text in this tenant. A count of rows for each column in which something was found, and for none how many columns were searched.
create function app.find_identifiers(patterns text[]) returns table (place text, field text, hits bigint)
    language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    written record;
    pattern constant text := nullif(array_to_string(patterns, '|'), '');
    searched bigint := 0;
    found bigint;
begin
    if app.current_tenant() is null then
        raise exception 'a search needs a tenant';
    end if;
    for written in select * from platform.written_columns() loop
        execute format('select count(*) from %s t where t.tenant_id = app.current_tenant() and platform.mentions(t.%I, $1)', written.relation, written.field)
        into found using pattern;
        searched := searched + 1;
        if found > 0 then
            return query select written.place, written.field, found;
        end if;
    end loop;
    return query select null::text, null::text, searched;
end $$;

-- Takes identifiers out of the tenant's remarks, also of logs the application itself can only add to, and out of what operators noted of this tenant. The
-- audit log comes last: changing the others writes to it.
create function app.redact_identifiers(patterns text[]) returns table (place text, field text, hits bigint)
    language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    remark record;
    pattern constant text := nullif(array_to_string(patterns, '|'), '');
    changed bigint;
begin
    if app.current_tenant() is null then
        raise exception 'an erasure needs a tenant';
    end if;
    for remark in select * from platform.remarks() c order by c.place = 'audit_log', c.place, c.field loop
        execute format(
            'update %s t set %I = platform.redact(t.%2$I, $1) where t.tenant_id = app.current_tenant() and platform.mentions(t.%2$I, $1)',
            case when remark.place like '%.%' then remark.place else 'public.' || remark.place end, remark.field)
        using pattern;
        get diagnostics changed = row_count;
        if changed > 0 then
            return query select remark.place, remark.field, changed;
        end if;
    end loop;
end $$;

grant execute on function app.ambiguous_identifiers, app.find_identifiers, app.redact_identifiers to wayside_app;
