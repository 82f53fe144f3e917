drop trigger keep_price_per_mile on prices;
drop function app.keep_price_per_mile();
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        -- The column holds one price per mile: the one in force, not one from a later day.
        update prices p
        set per_mile_amount = (
            select m.base_amount from prices m
            where m.service_id = p.service_id and m.line = 'mileage' and m.unit = 'mile' and m.vehicle_class = 'any' and m.min_units = 1
              and tstzrange(m.effective_from, m.effective_to) @> greatest(p.effective_from, least(now(), p.effective_to - interval '1 microsecond')))
        where line = 'service' and unit = 'job' and vehicle_class = 'any' and min_units = 1;
        delete from prices where line <> 'service' or unit not in ('job', 'mile', 'hour', 'day', 'week', 'month', 'seat', 'person') or min_units > 1;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
call platform.holds_nothing('prices', 'line');
alter table prices
    drop constraint prices_one_in_force,
    drop constraint prices_unit_check,
    drop column line, drop column min_units, drop column max_units;
alter table prices
    add constraint prices_unit_check check (unit in ('job', 'mile', 'hour', 'day', 'week', 'month', 'seat', 'person')),
    add constraint prices_one_in_force exclude using gist (
        tenant_id with =, service_id with =, vehicle_class with =, unit with =, tstzrange(effective_from, effective_to) with &&);
call platform.audit('prices');
