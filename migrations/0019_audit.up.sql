-- The audit log in full: changes of every business table with the request's address, deeds that change no row (sign-ins, exports, lock-outs), and
-- personal values as keyed hashes: whether a value changed, or came back, can be told; what it is, can't.
alter table audit_log drop constraint audit_log_action_check;
alter table audit_log
    add constraint audit_log_action_check check (action ~ '^[a-z_]{2,40}$'),
    alter column object drop not null,
    add column address text,
    -- The account that acted, also through an operator (`operator:… as user:…`).
    add column person uuid generated always as (substring(actor from 'user:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$')::uuid) stored;
comment on column audit_log.action is 'insert, update or delete of a row; otherwise the name of a deed, like sign_in';
comment on column audit_log.changes is 'of a row: column -> [before, after], personal values as keyed hashes; of a deed: its details';
create index audit_log_person_idx on audit_log (tenant_id, person, at desc);
create index audit_log_action_idx on audit_log (tenant_id, action, at desc);

create function app.current_address() returns text language sql stable parallel safe
    return nullif(current_setting('app.address', true), '');
comment on function app.current_address is 'The address that the request of this transaction came from.';
create function app.current_request() returns text language sql stable parallel safe
    return nullif(current_setting('app.request_id', true), '');
comment on function app.current_request is 'The id of the request this transaction belongs to.';

-- A value as the log shows it: readable, or as a keyed hash of 96 bits.
create function platform.audited(value jsonb, readable boolean) returns jsonb
    language plpgsql stable set search_path = pg_catalog, platform as $$
begin
    if readable or value is null or value = 'null' then
        return value;
    end if;
    return to_jsonb('#' || encode(substring(platform.keyed_hash('audit', value #>> '{}') for 12), 'hex'));
end $$;

-- Arguments: the column that names the row, and the columns whose values are shown; all others, also those added later, are hashed.
-- A tenant's own row is logged for that tenant, whoever changes it.
create or replace function app.audit() returns trigger language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    after  jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    whole  constant jsonb := before || after;
    readable constant text[] := tg_argv[1]::text[];
    scope  constant text := current_setting('app.tenant_id', true);
    owner  constant text := whole ->> case when tg_table_name = 'tenants' then 'id' else 'tenant_id' end;
    changed jsonb;
begin
    select jsonb_object_agg(k, jsonb_build_array(platform.audited(before -> k, k = any (readable)), platform.audited(after -> k, k = any (readable))))
    into changed
    from jsonb_object_keys(whole) as k
    where before -> k is distinct from after -> k and k not in ('tenant_id', 'updated_at');
    if changed is null then
        return null;
    end if;
    perform set_config('app.tenant_id', owner, true);
    insert into public.audit_log (tenant_id, actor, request_id, address, action, object, object_id, changes)
    values (owner::uuid, app.current_actor(), app.current_request(), app.current_address(), lower(tg_op), tg_table_name, (whole ->> tg_argv[0])::uuid, changed);
    perform set_config('app.tenant_id', coalesce(scope, ''), true);
    return null;
end $$;

-- Puts the trigger on a table, or renews it after columns were added. Shown are identifiers, numbers, times, codes from a fixed list, and the columns
-- named in `shown`; free text, names, addresses, coordinates and whatever else may be somebody's is hashed.
drop procedure platform.audit(regclass);
create procedure platform.audit(target regclass, shown text[] default '{}') language plpgsql as $$
declare
    codes constant text[] := '{action,assigned_by,cancelled_by,category,commission_type,currency,icon,kind,locale,location_source,method,payment_method,
        phase,plan,purpose,reference,region,resource_kind,role,roles,settings,skill,skills,slug,stage,state,status,unit,vehicle_class,vertical,verticals,
        visibility,waits_for,zone}';
    named_by text;
    readable text[];
begin
    select coalesce((select 'id' from pg_attribute where attrelid = target and attname = 'id' and not attisdropped),
                    (select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
                     where i.indrelid = target and i.indisprimary and a.attname <> 'tenant_id' and a.atttypid = 'uuid'::regtype
                     order by array_position(i.indkey::smallint[], a.attnum) limit 1))
    into named_by;
    select coalesce(array_agg(a.attname::text order by a.attnum), '{}') into readable
    from pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped
      and (a.attname = any (codes || shown)
           or a.atttypid in ('uuid'::regtype, 'bigint'::regtype, 'integer'::regtype, 'smallint'::regtype, 'boolean'::regtype, 'date'::regtype, 'timestamptz'::regtype));
    execute format('create or replace trigger audit after insert or update or delete on %s for each row execute function app.audit(%L, %L)',
                   target, coalesce(named_by, 'id'), readable);
end $$;

do $$
declare
    target regclass;
begin
    for target in select tgrelid::regclass from pg_trigger where tgname = 'audit' loop
        call platform.audit(target);
    end loop;
end $$;
call platform.audit('services', '{name,description}');
call platform.audit('platform.tenants', '{name,tagline,coverage,phone,email,brand_color,accent_color,locales}');
call platform.audit('platform.hosts', '{host}');

-- A deed that changes no row of a business table. Rows are logged by the trigger alone: a deed can't pass for one.
create function app.audit_event(deed text, about text, about_id uuid, details jsonb) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if deed in ('insert', 'update', 'delete') then
        raise exception 'changes of rows are logged by their table''s trigger';
    end if;
    insert into public.audit_log (actor, request_id, address, action, object, object_id, changes)
    values (app.current_actor(), app.current_request(), app.current_address(), deed, about, about_id, details);
end $$;

-- Addresses are kept for half a year, the rest of an entry as long as the law wants it.
create function app.audit_forget_addresses(at timestamptz) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public as $$
    with forgotten as (update public.audit_log set address = null where address is not null and at < $1 - interval '180 days' returning 1)
    select count(*) from forgotten;
$$;

grant execute on function app.current_address, app.current_request, app.audit_event, app.audit_forget_addresses to wayside_app;
