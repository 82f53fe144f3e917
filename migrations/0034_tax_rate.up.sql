-- Taxes have three decimals (New York City: 8.875 %), basis points two. The exact rate lies beside the settings: the previous version knows their keys
-- only, and goes on reading and writing `tax_basis_points`.
alter table platform.tenants
    add column tax_rate integer check (tax_rate between 0 and 100000);   -- thousandths of a percent; null: the basis points are all of it

create function app.tenant_change_money_rules(changes jsonb, rate integer) returns void
    language sql volatile security definer set search_path = pg_catalog, platform, pg_temp as $$
    update platform.tenants
    set settings = settings || changes || jsonb_build_object('tax_basis_points', rate / 10), tax_rate = rate, updated_at = app.now()
    where id = app.current_tenant();
$$;

grant execute on function app.tenant_change_money_rules to wayside_app;
