do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update earnings set kind = 'job' where kind = 'cancellation';
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

drop index payments_confirmed_idx;

alter table earnings
    drop constraint earnings_cash_kept,
    drop constraint earnings_payment_key,
    drop constraint earnings_deed_key,
    drop column payment_id,
    add constraint earnings_deed_key unique nulls not distinct (tenant_id, booking_id, provider_id, quote_line_id, kind);
call platform.audit('earnings');
