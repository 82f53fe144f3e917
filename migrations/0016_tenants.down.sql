drop function app.tenant_own_hosts();
drop function app.tenant_logo();
drop function app.tenant_set_logo(text, bytea, text);
drop function app.tenant_set_maintenance(timestamptz, text);
drop function app.tenant_change_settings(jsonb);
drop function app.tenant_set_place(text, text, text[], text[]);
drop function app.tenant_set_brand(text, text, text, text, text, text, text);

create or replace function app.tenant_hosts() returns table (host text, name text, tagline text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select h.host, t.name, t.tagline from platform.hosts h join platform.tenants t on t.id = h.tenant_id
    where t.status = 'active' order by t.name, h.host;
$$;

drop table platform.logos;
drop index platform.tenants_primary_host_idx;
alter table platform.tenants
    drop constraint tenants_primary_host_own,
    drop column logo_hash,
    drop column maintenance_note,
    drop column maintenance_since,
    drop column status_changed_at,
    drop column status_reason,
    drop column plan,
    drop column locales,
    drop column primary_host;
alter table platform.hosts drop constraint hosts_tenant_host_key;
