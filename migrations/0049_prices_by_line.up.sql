-- A price is of one line of a quote, for a class, a unit and a number: a tow has a price of the job and one of the mile, a stay one of the hour, the day and
-- the week, a tour one for each size of a group. The price of a mile was a second column beside the price of the job; it becomes a row of its own.
alter table prices
    add column line      text not null default 'service' check (line in ('service', 'mileage', 'concierge', 'platform_fee', 'discount', 'tax', 'tip',
                                                                          'extension', 'cancellation_fee', 'adjustment')),
    add column min_units integer not null default 1 check (min_units >= 1),                 -- for so many …
    add column max_units integer check (max_units >= min_units),                            -- … to so many; null: or more
    drop constraint prices_unit_check,
    add constraint prices_unit_check check (unit in ('job', 'mile', 'km', 'hour', 'day', 'week', 'month', 'seat', 'person')),
    drop constraint prices_one_in_force,
    add constraint prices_one_in_force exclude using gist (
        tenant_id with =, service_id with =, line with =, vehicle_class with =, unit with =,
        int4range(min_units, max_units, '[]') with &&, tstzrange(effective_from, effective_to) with &&);
call platform.holds_codes('prices', 'line');
call platform.audit('prices', '{line}');

-- Policies are forced, also on the owner: a tenant at a time.
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        insert into prices (id, service_id, line, unit, base_amount, effective_from, effective_to)
        select gen_random_uuid(), service_id, 'mileage', 'mile', per_mile_amount, effective_from, effective_to
        from prices where per_mile_amount is not null;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

-- For one release the column `per_mile_amount` stays true, because the previous version reads and writes it.
create function app.keep_price_per_mile() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.line = 'mileage' and new.unit = 'mile' then
        update prices set per_mile_amount = new.base_amount
        where tenant_id = new.tenant_id and service_id = new.service_id and line = 'service' and unit = 'job' and vehicle_class = 'any'
          and tstzrange(effective_from, effective_to) && tstzrange(new.effective_from, new.effective_to)
          and per_mile_amount is distinct from new.base_amount;
    elsif new.line = 'service' and new.unit = 'job' and new.vehicle_class = 'any' then
        if new.per_mile_amount is null then
            update prices p set per_mile_amount = m.base_amount
            from prices m
            where p.tenant_id = new.tenant_id and p.id = new.id
              and m.tenant_id = new.tenant_id and m.service_id = new.service_id and m.line = 'mileage' and m.unit = 'mile'
              and m.effective_from <= new.effective_from and (m.effective_to is null or m.effective_to > new.effective_from);
        elsif not exists (
            select from prices m
            where m.tenant_id = new.tenant_id and m.service_id = new.service_id and m.line = 'mileage' and m.unit = 'mile'
              and m.effective_from <= new.effective_from and (m.effective_to is null or m.effective_to > new.effective_from)
              and m.base_amount = new.per_mile_amount)
        then
            delete from prices where tenant_id = new.tenant_id and service_id = new.service_id and line = 'mileage' and effective_from >= new.effective_from;
            update prices set effective_to = new.effective_from
            where tenant_id = new.tenant_id and service_id = new.service_id and line = 'mileage'
              and (effective_to is null or effective_to > new.effective_from);
            insert into prices (id, service_id, line, unit, base_amount, effective_from, effective_to)
            values (gen_random_uuid(), new.service_id, 'mileage', 'mile', new.per_mile_amount, new.effective_from, new.effective_to);
        end if;
    end if;
    return null;
end $$;
create trigger keep_price_per_mile after insert on prices for each row when (pg_trigger_depth() = 0) execute function app.keep_price_per_mile();
