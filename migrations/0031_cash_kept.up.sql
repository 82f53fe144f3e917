-- Cash that a provider keeps is an earning below zero, one for each payment: it is set off against the next payout.
alter table earnings
    add column payment_id uuid,
    drop constraint earnings_deed_key,
    -- The name stays: the release before names it in `on conflict`.
    add constraint earnings_deed_key unique nulls not distinct (tenant_id, booking_id, provider_id, quote_line_id, kind, payment_id),
    add constraint earnings_payment_key unique (tenant_id, payment_id),
    add foreign key (tenant_id, payment_id) references payments (tenant_id, id);
call platform.audit('earnings');

create index payments_confirmed_idx on payments (tenant_id, confirmed_at) where confirmed_at is not null;

-- What was earned by a drive that led to no work was stored as work done.
do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update earnings e set kind = 'cancellation'
        from jobs j
        where (j.tenant_id, j.id) = (e.tenant_id, e.job_id) and e.kind = 'job' and j.state in ('cancelled', 'unsuccessful');
        -- Where this migration was taken back: the older schema doesn't say which payment it was.
        update earnings e set payment_id = p.id
        from payments p
        where e.kind = 'cash_kept' and (p.tenant_id, p.booking_id, p.received_by) = (e.tenant_id, e.booking_id, e.provider_id)
          and p.method = 'cash' and p.status = 'confirmed' and p.amount = -e.amount;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

alter table earnings
    add constraint earnings_cash_kept check (case when kind = 'cash_kept' then payment_id is not null and amount < 0 else payment_id is null end);
