-- The older key allows one row for each booking, provider, kind and line of a price. Rows that differ in their version or job only get a line of that version.
do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update earnings e set quote_line_id = l.id
        from (
            select n.id, n.deed_id, n.within,
                   n.deed_id is distinct from first_value(n.deed_id) over (partition by n.booking_id, n.provider_id, n.kind order by n.earned_at, n.id) as is_later
            from (
                select *, row_number() over (partition by booking_id, provider_id, kind, deed_id order by earned_at, id) as within
                from earnings where payment_id is null
            ) n
        ) r
        join quote_lines l on l.quote_id = r.deed_id and l.position = r.within
        where e.id = r.id and (r.is_later or r.within > 1);
        -- The older version has no page that answers a proposed price, and nothing that ends the question.
        update quotes set state = 'expired', expires_at = null where state = 'proposed';
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
alter table earnings
    drop constraint earnings_deed_key,
    drop column deed_id,
    add constraint earnings_deed_key unique nulls not distinct (tenant_id, booking_id, provider_id, quote_line_id, kind, payment_id);
call platform.audit('earnings');

drop trigger keep_expiry on quotes;
create or replace function app.keep_deadline() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
declare
    due timestamptz;
begin
    if tg_op <> 'DELETE' then
        due := (to_jsonb(new) ->> tg_argv[1])::timestamptz;
    end if;
    if due is null then
        delete from queue.deadlines d where d.kind = tg_argv[0] and d.subject_id = coalesce(new.id, old.id);
    else
        insert into queue.deadlines as d (tenant_id, kind, subject_id, due_at) values (new.tenant_id, tg_argv[0], new.id, due)
        on conflict (kind, subject_id) do update
            set due_at = excluded.due_at, retry_at = case when d.due_at = excluded.due_at then d.retry_at end;
        notify deadlines;
    end if;
    return null;
end $$;
delete from queue.deadlines where kind = 'quote';
call platform.holds_nothing('quotes', 'description', 'offered_by', 'decline_reason');
alter table quotes
    drop constraint quotes_charged,
    drop column charged_at,
    drop column decided_at,
    drop column decline_reason,
    drop column offered_by,
    drop column description;
call platform.audit('quotes');
