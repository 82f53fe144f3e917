-- Tenants in full: which of their hosts is the first, the languages they speak, plan and status with its reason, maintenance, a logo. What a tenant
-- changes about itself goes through functions that change the tenant of the transaction and no other.

alter table platform.hosts add constraint hosts_tenant_host_key unique (tenant_id, host);

alter table platform.tenants
    add column primary_host      text,                        -- null: the first by name
    add column locales           text[] not null default '{}',   -- what its pages can be read in besides `locale`
    add column plan              text not null default 'standard' check (plan in ('trial', 'standard', 'scale')),
    add column status_reason     text check (length(status_reason) between 1 and 300),
    add column status_changed_at timestamptz,
    add column maintenance_since timestamptz,                 -- null: open
    add column maintenance_note  text not null default '' check (length(maintenance_note) <= 300),
    add column logo_hash         text,                        -- names the content of platform.logos in addresses
    add constraint tenants_primary_host_own foreign key (id, primary_host) references platform.hosts (tenant_id, host) deferrable initially deferred;
create index tenants_primary_host_idx on platform.tenants (id, primary_host);
update platform.tenants t set primary_host = (select min(h.host) from platform.hosts h where h.tenant_id = t.id);
set constraints all immediate;

create table platform.logos (
    tenant_id    uuid primary key references platform.tenants (id) on delete cascade,
    content_type text not null check (content_type in ('image/png', 'image/svg+xml')),
    content      bytea not null check (length(content) between 1 and 65536)
);

-- The bare host of a development machine lists each tenant once.
create or replace function app.tenant_hosts() returns table (host text, name text, tagline text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select coalesce(t.primary_host, (select min(h.host) from platform.hosts h where h.tenant_id = t.id)), t.name, t.tagline
    from platform.tenants t
    where t.status = 'active' and exists (select from platform.hosts h where h.tenant_id = t.id)
    order by t.name;
$$;

create function app.tenant_set_brand(called text, says text, covers text, calls text, writes text, brand text, accent text) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.tenants
    set name = called, tagline = says, coverage = covers, phone = calls, email = writes, brand_color = brand, accent_color = accent, updated_at = app.now()
    where id = app.current_tenant();
$$;

create function app.tenant_set_place(its_zone text, its_locale text, its_locales text[], its_verticals text[]) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.tenants
    set zone = its_zone, locale = its_locale, locales = its_locales, verticals = its_verticals, updated_at = app.now()
    where id = app.current_tenant();
$$;

create function app.tenant_change_settings(changes jsonb) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.tenants set settings = settings || changes, updated_at = app.now() where id = app.current_tenant();
$$;

-- Null: open again.
create function app.tenant_set_maintenance(since timestamptz, note text) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.tenants set maintenance_since = since, maintenance_note = note, updated_at = app.now() where id = app.current_tenant();
$$;

-- Null content: the logo is taken away.
create function app.tenant_set_logo(kind text, picture bytea, hash text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    delete from platform.logos where tenant_id = app.current_tenant();
    if picture is not null then
        insert into platform.logos (tenant_id, content_type, content) values (app.current_tenant(), kind, picture);
    end if;
    update platform.tenants set logo_hash = case when picture is not null then hash end, updated_at = app.now() where id = app.current_tenant();
end $$;

create function app.tenant_logo() returns table (content_type text, content bytea)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select l.content_type, l.content from platform.logos l where l.tenant_id = app.current_tenant();
$$;

create function app.tenant_own_hosts() returns setof text
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select h.host from platform.hosts h join platform.tenants t on t.id = h.tenant_id
    where h.tenant_id = app.current_tenant() order by h.host = t.primary_host desc, h.host;
$$;

grant execute on function app.tenant_set_brand, app.tenant_set_place, app.tenant_change_settings, app.tenant_set_maintenance, app.tenant_set_logo,
    app.tenant_logo, app.tenant_own_hosts to wayside_app;
