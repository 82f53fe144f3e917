-- Money is charged and earned per version of the price, not per booking: an extension or an overstay after completion is charged as well. A version is
-- proposed, and approved, declined, withdrawn or expired.
alter table quotes
    add column description    text check (length(description) between 1 and 500),
    add column offered_by     text check (length(offered_by) between 1 and 120),
    add column decline_reason text check (length(decline_reason) between 1 and 500),
    add column decided_at     timestamptz,
    add column charged_at     timestamptz,
    add constraint quotes_charged check (charged_at is null or state = 'approved');
call platform.audit('quotes');
call platform.holds_remarks('quotes', 'description', 'offered_by', 'decline_reason');

-- A table that is keyed by something else than `id`, like a booking's details, names that column as the third argument.
create or replace function app.keep_deadline() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
declare
    due timestamptz;
    subject uuid := ((case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end) ->> coalesce(tg_argv[2], 'id'))::uuid;
begin
    if tg_op <> 'DELETE' then
        due := (to_jsonb(new) ->> tg_argv[1])::timestamptz;
    end if;
    if due is null then
        delete from queue.deadlines d where d.kind = tg_argv[0] and d.subject_id = subject;
    else
        insert into queue.deadlines as d (tenant_id, kind, subject_id, due_at) values (new.tenant_id, tg_argv[0], subject, due)
        on conflict (kind, subject_id) do update
            set due_at = excluded.due_at, retry_at = case when d.due_at = excluded.due_at then d.retry_at end;
        notify deadlines;
    end if;
    return null;
end $$;

create trigger keep_expiry after insert or update of expires_at or delete on quotes for each row
    execute function app.keep_deadline('quote', 'expires_at');

-- What a share was earned for: the version of the price that was charged. Null in rows of before, and of the release before.
alter table earnings
    add column deed_id uuid,
    drop constraint earnings_deed_key,
    add constraint earnings_deed_key
        unique nulls not distinct (tenant_id, booking_id, provider_id, job_id, quote_line_id, kind, payment_id, deed_id);
call platform.audit('earnings');

do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update quotes q set charged_at = p.occurred_at
        from postings p
        where q.state = 'approved' and p.key in ('charge:' || q.booking_id, 'cancellation_fee:' || q.booking_id, 'charge:' || q.id, 'cancellation_fee:' || q.id);
        -- Where this migration was taken back: a line stands for its version.
        update earnings e set deed_id = l.quote_id, quote_line_id = null
        from quote_lines l
        where (l.tenant_id, l.id) = (e.tenant_id, e.quote_line_id);
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
