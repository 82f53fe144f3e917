-- Erasure of a person: what was done, and what a search of everything the tenant has found afterwards. Holds nothing that says who it was.
alter table users add column erased_at timestamptz;
create index users_erased_at_idx on users (tenant_id, erased_at) where erased_at is not null;

create table erasures (
    tenant_id     uuid not null default app.current_tenant() references platform.tenants (id),
    id            uuid not null,
    token_hash    bytea check (length(token_hash) = 32),      -- of the certificate's link; gone when the link has expired
    asked_by      text not null check (asked_by in ('person', 'staff')),
    customer_id   uuid,
    erased        jsonb not null,                -- table -> how many rows were emptied or deleted
    cancelled     integer not null check (cancelled >= 0),    -- bookings that were open
    searched_for  jsonb not null,                -- kind of identifier -> how many of them
    not_unique    jsonb not null,                -- kind -> how many others here have as well, which therefore can't be searched for
    erased_at     timestamptz not null default app.now(),
    searched_at   timestamptz,
    fields        integer,                       -- how many columns were searched
    redacted      jsonb not null default '[]',   -- where the search found something that was then taken out
    held          jsonb not null default '[]',   -- where it found something the law wants kept
    left_over     jsonb not null default '[]',   -- where something is left: nothing, or the erasure isn't complete
    primary key (tenant_id, id),
    constraint erasures_token_key unique (tenant_id, token_hash),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete set null (customer_id)
);
create index erasures_customer_idx on erasures (tenant_id, customer_id);
create index erasures_erased_at_idx on erasures (tenant_id, erased_at);
call platform.protect('erasures', 'select, insert, update');
call platform.audit('erasures');

-- Text as it is compared: lower case, words apart by one space, whatever stood between them.
create function platform.plain(content text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
    select ' ' || regexp_replace(lower(content), '[^[:alnum:]]+', ' ', 'g') || ' ';
$$;

-- Text as telephone numbers and license plates are compared, which people write with gaps or without.
create function platform.closed_up(content text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
    select translate(lower(content), ' ()-./' || chr(160), '');
$$;

-- Where a person's words may be: every column of text or JSON that belongs to a tenant, wherever it lies.
create function platform.written_columns() returns table (relation regclass, place text, field text)
    language sql stable set search_path = pg_catalog as $$
    select c.oid::regclass, case when c.relnamespace = 'public'::regnamespace then '' else c.relnamespace::regnamespace || '.' end || c.relname, a.attname::text
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'platform'::regnamespace, 'queue'::regnamespace)
      and format_type(a.atttypid, null) in ('text', 'text[]', 'json', 'jsonb', 'character varying', 'xml')
      and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped)
    order by 2, a.attnum;
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

-- The timeline of these bookings without names and remarks: it is only added to, except here.
create function app.forget_events(bookings uuid[]) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public as $$
    with forgotten as (
        update booking_events set note = null, actor_name = case when actor = 'customer' then null else actor_name end
        where booking_id = any (bookings) and (note is not null or (actor = 'customer' and actor_name is not null)) returning 1)
    select count(*) from forgotten;
$$;

-- What the audit log says about these rows, without the values of columns that say something about a person.
create function app.forget_changes(objects uuid[], columns text[]) returns bigint
    language sql volatile security definer set search_path = pg_catalog, public as $$
    with forgotten as (
        update audit_log set changes = (
            select jsonb_object_agg(k, case when k = any (columns) then '["…", "…"]'::jsonb else v end) from jsonb_each(changes) as x (k, v))
        where object_id = any (objects) and changes ?| columns returning 1)
    select count(*) from forgotten;
$$;

-- After seven years: what is over and settled goes, with the money it was about. What the ledger's old rows add up to is carried forward in one posting, so that
-- every balance stays as it was. Deleting is noted in the audit log by one entry of its own, not row by row.
create function app.forget_records(before timestamptz) returns table (object text, gone bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    acting text := coalesce(current_setting('app.actor', true), '');
    old_bookings uuid[];
    old_jobs uuid[];
    old_postings uuid[];
    balances jsonb;
    carried uuid := gen_random_uuid();
begin
    if before > app.now() - interval '7 years' then
        raise exception 'records are kept for seven years';
    end if;
    perform set_config('app.actor', 'retention', true);
    select coalesce(array_agg(b.id), '{}') into old_bookings from bookings b
    where coalesce(b.completed_at, b.cancelled_at, case when b.phase = 'no_show' then b.updated_at end) < before
      and not exists (select from payments p where (p.tenant_id, p.booking_id) = (b.tenant_id, b.id) and p.created_at >= before)
      and not exists (select from earnings e where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and (e.status <> 'paid_out' or e.earned_at >= before))
      and not exists (
          select from earnings e join payout_items i on (i.tenant_id, i.earning_id) = (e.tenant_id, e.id)
          join payouts o on (o.tenant_id, o.id) = (i.tenant_id, i.payout_id)
          where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and coalesce(o.paid_at, o.created_at) >= before);
    select coalesce(array_agg(distinct j.job_id), '{}') into old_jobs from job_bookings j
    where j.booking_id = any (old_bookings)
      and not exists (select from job_bookings o where (o.tenant_id, o.job_id) = (j.tenant_id, j.job_id) and o.booking_id <> all (old_bookings));

    delete from payout_items i using earnings e
    where (e.tenant_id, e.id) = (i.tenant_id, i.earning_id) and e.booking_id = any (old_bookings);
    delete from earnings where booking_id = any (old_bookings);
    get diagnostics gone = row_count; object := 'earnings'; return next;
    delete from payouts o where coalesce(o.paid_at, o.created_at) < before
      and not exists (select from payout_items i where (i.tenant_id, i.payout_id) = (o.tenant_id, o.id));
    get diagnostics gone = row_count; object := 'payouts'; return next;
    delete from payments where booking_id = any (old_bookings);
    get diagnostics gone = row_count; object := 'payments'; return next;
    update jobs set replaces = null where replaces = any (old_jobs);
    delete from bookings where id = any (old_bookings);
    get diagnostics gone = row_count; object := 'bookings'; return next;
    delete from jobs where id = any (old_jobs);

    select coalesce(array_agg(p.id), '{}') into old_postings from postings p
    where p.occurred_at < before and p.key not like 'carried-forward:%'
      and not exists (select from postings r where (r.tenant_id, r.reverses) = (p.tenant_id, p.id) and r.occurred_at >= before);
    if old_postings <> '{}' then
        select jsonb_object_agg(account, balance) into balances from (
            select account, sum(amount)::bigint as balance from (
                select to_account as account, amount from ledger_rows where posting_id = any (old_postings)
                union all select from_account, -amount from ledger_rows where posting_id = any (old_postings)) moves
            group by account having sum(amount) <> 0) sums;
        delete from ledger_rows where posting_id = any (old_postings);
        delete from postings where id = any (old_postings);
        get diagnostics gone = row_count; object := 'postings'; return next;
        if balances is not null then
            insert into postings (id, key, kind, occurred_at) values (carried, 'carried-forward:' || carried, 'correction', before);
            insert into ledger_rows (posting_id, position, from_account, to_account, amount)
            select carried, row_number() over (order by account),
                   case when balance::bigint > 0 then 'carried_forward' else account end,
                   case when balance::bigint > 0 then account else 'carried_forward' end, abs(balance::bigint)
            from jsonb_each_text(balances) as b (account, balance);
        end if;
    end if;

    delete from audit_log a where a.actor = 'retention';
    delete from audit_log where at < before;
    get diagnostics gone = row_count; object := 'audit_log'; return next;
    perform set_config('app.actor', acting, true);
end $$;

grant execute on function app.find_identifiers, app.redact_identifiers, app.forget_events, app.forget_changes, app.forget_records to wayside_app;
