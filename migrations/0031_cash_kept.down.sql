-- The key below is narrower than the one it takes the place of. Of the cash that a provider kept from several payments of one booking, all but the first get a line
-- of the price that was paid. Two of the same amount get none, so that the key refuses them: on the way up, nothing would tell which payment is whose.
do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update earnings e set quote_line_id = (select l.id from quote_lines l where l.quote_id = p.quote_id order by l.position limit 1)
        from payments p
        where e.kind = 'cash_kept' and (p.tenant_id, p.id) = (e.tenant_id, e.payment_id)
          and exists (
              select from earnings o
              where o.kind = 'cash_kept' and (o.booking_id, o.provider_id) = (e.booking_id, e.provider_id) and (o.earned_at, o.id) < (e.earned_at, e.id))
          and not exists (
              select from earnings o
              where o.kind = 'cash_kept' and (o.booking_id, o.provider_id, o.amount) = (e.booking_id, e.provider_id, e.amount) and o.id <> e.id);
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
