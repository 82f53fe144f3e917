-- What the quantity of a line counts, and the tax that a price contains. The release before knows neither: its lines count jobs, and tax is a line.
alter table quote_lines
    add column unit text not null default 'job'
        check (unit in ('job', 'mile', 'km', 'hour', 'day', 'week', 'month', 'seat', 'person'));
call platform.holds_codes('quote_lines', 'unit');

alter table quotes add column included_tax_amount bigint not null default 0;   -- negative in a refund
call platform.audit('quotes');

do $$
declare
    tenant uuid;
begin
    -- Policies are forced, so each tenant's rows are only seen as that tenant.
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update quote_lines l set unit = 'mile' from quotes q
        where l.tenant_id = tenant and l.kind = 'mileage' and (q.tenant_id, q.id) = (l.tenant_id, l.quote_id) and q.kind = 'original';
    end loop;
    perform set_config('app.tenant_id', '', true);
end
$$;
