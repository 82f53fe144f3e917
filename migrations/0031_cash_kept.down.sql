-- The key below is narrower than the one that it replaces. Of the cash that a provider kept from several payments of one booking, all but the first get a line of
-- the booking's prices. Two of the same amount get none: on the way up, nothing would tell which payment is whose. Then, and where there are too few lines, going
-- down is refused.
do $$
declare
    tenant uuid;
    refused text;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        update earnings e set quote_line_id = l.id
        from (
            select id, booking_id, row_number() over (partition by booking_id, provider_id order by earned_at, id) as number,
                   count(*) over (partition by booking_id, provider_id, amount) as of_this_amount
            from earnings where kind = 'cash_kept'
        ) k
        join (
            select l.id, q.booking_id, row_number() over (partition by q.booking_id order by q.version, l.position) as number
            from quote_lines l join quotes q on (q.tenant_id, q.id) = (l.tenant_id, l.quote_id)
        ) l on l.booking_id = k.booking_id and l.number = k.number - 1
        where e.id = k.id and k.of_this_amount = 1;
        refused := concat_ws(', ', refused, (
            select string_agg(reference, ', ' order by reference) from bookings
            where id in (select booking_id from earnings where kind = 'cash_kept' group by booking_id, provider_id, quote_line_id having count(*) > 1)));
    end loop;
    perform set_config('app.tenant_id', '', true);
    if refused <> '' then
        raise exception 'the older schema can''t hold the cash that a provider kept from these bookings: %. It was paid twice in the same amount, '
            'or more often than the prices have lines. Keep this version, or restore a backup from before the update (docs/backup.md).', refused;
    end if;
end $$;

drop index payments_confirmed_idx;

alter table earnings
    drop constraint earnings_cash_kept,
    drop constraint earnings_payment_key,
    drop constraint earnings_deed_key,
    drop column payment_id,
    add constraint earnings_deed_key unique nulls not distinct (tenant_id, booking_id, provider_id, quote_line_id, kind);
call platform.audit('earnings');
