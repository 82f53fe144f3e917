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
        where q.state = 'approved' and p.key in ('charge:' || q.booking_id, 'cancellation_fee:' || q.booking_id);
        -- Where this migration was taken back: a line stands for its version.
        update earnings e set deed_id = l.quote_id, quote_line_id = null
        from quote_lines l
        where (l.tenant_id, l.id) = (e.tenant_id, e.quote_line_id);
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
