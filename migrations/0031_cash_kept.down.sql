-- The key below is narrower than the one it takes the place of, and no row that the product makes is against it:
-- - Kept cash is one row for each payment, and a booking has one payment at most: it is charged when it is completed, or its fee when it is over without
--   work, never both and never twice (postings `charge:<booking>` and `cancellation_fee:<booking>`).
-- - For the same reason nobody earns by both the work and the lost drive of one booking, which are of one kind again.
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
