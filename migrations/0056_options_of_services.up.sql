-- What a kind of business keeps of its services, besides what all have.
alter table services add column options jsonb not null default '{}' check (jsonb_typeof(options) = 'object');
call platform.holds_codes('services', 'options');

do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update services set options = '{"asks_destination": true}' where tenant_id = tenant and asks_destination;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;

-- Roadside assistance: the version before this one reads and writes the column.
create function app.keep_asks_destination() returns trigger language plpgsql as $$
begin
    if new.asks_destination and tg_op = 'INSERT' then
        new.options := new.options || '{"asks_destination": true}';
    end if;
    new.asks_destination := coalesce(new.options -> 'asks_destination' = 'true', false);
    return new;
end $$;
create trigger keep_asks_destination before insert or update on services
    for each row execute function app.keep_asks_destination();
