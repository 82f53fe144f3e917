-- What migrations make of the rows of `released.sql`. Run as the owner, on the newest schema.
select set_config('app.tenant_id', md5('released tenant')::uuid::text, false);

do $$
declare
    tenant constant uuid := app.current_tenant();
begin
    assert (select settings @> '{"tax_basis_points": 1000, "dispatch_fee": 3500, "dry_run_fee": 6000, "unknown_miles_ceiling": 25}' from platform.tenants where id = tenant),
        'the fees that were assumed are the business''s own';
    assert (select array_agg(array[base_amount, extract(epoch from effective_from)] order by base_amount) from prices where line = 'mileage' and unit = 'mile')
        = (select array_agg(array[per_mile_amount, extract(epoch from effective_from)] order by per_mile_amount) from prices where per_mile_amount is not null),
        'each price per mile is a row';
    assert (select array_agg(slug || ' ' || status order by slug) from services) = '{jump-start active,lockout paused,towing active}', 'what was off is paused';
    assert not exists (select from services where published_at is distinct from created_at), 'every service was published';
    assert (select array_agg(slug order by slug) from services where options @> '{"asks_destination": true}') = '{towing}', 'only the tow takes the vehicle somewhere';
    assert not exists (select from jobs where vertical is distinct from 'roadside' or dispatching <> 'automatic' or is_published), 'every job is of its booking''s kind';
    assert not exists (select from assignments where not leads), 'everybody does their job alone';
    assert (select array_agg(b.reference || ' ' || e.kind order by b.reference) from earnings e join bookings b on b.id = e.booking_id)
        = '{RT-DDDDD2 job,RT-LLLLL2 cancellation}', 'a share of a fee is one';
    assert (select array_agg(b.reference || ' ' || q.version order by b.reference, q.version) from quotes q join bookings b on b.id = q.booking_id where q.charged_at is not null)
        = '{RT-DDDDD2 1,RT-DDDDD2 2,RT-LLLLL2 2}', 'what was charged says so';
    assert not exists (select from quote_lines l join quotes q on q.id = l.quote_id where (l.unit = 'mile') <> (l.kind = 'mileage' and q.kind = 'original')),
        'miles are counted';
    assert (select count(*) from platform.booking_search where tenant_id = tenant and core like '%dana%' and special like '%abc123%') = (select count(*) from bookings),
        'every booking is found';
end $$;
