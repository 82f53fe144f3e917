-- A service is the business's or a provider's own (a driveway, a tour), and has a status: a provider describes theirs, submits it, and staff decide.
alter table services
    add column provider_id       uuid,                                            -- whose own; null: the business's
    add column resource_id       uuid,                                            -- what can't be had twice at once; null where places are counted
    add column status            text not null default 'active' check (status in ('draft', 'in_review', 'active', 'paused', 'suspended', 'archived')),
    add column status_reason     text check (length(status_reason) between 1 and 500),
    add column status_changed_at timestamptz,
    add column published_at      timestamptz,                                     -- when it could first be booked
    add constraint services_resource_key unique (tenant_id, resource_id),
    add foreign key (tenant_id, provider_id) references providers (tenant_id, id),
    add foreign key (tenant_id, resource_id) references resources (tenant_id, id);
drop index services_position_idx;
create index services_position_idx on services (tenant_id, position, name) where provider_id is null;
create index services_provider_idx on services (tenant_id, provider_id, position, name);
create index services_review_idx on services (tenant_id, status_changed_at, id) where status = 'in_review';
call platform.holds_codes('services', 'status');
call platform.holds_remarks('services', 'status_reason');

-- For one release the column `active` stays true, because the previous version reads and writes it.
create function app.keep_service_active() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' and not new.active and new.status = 'active' then
        new.status := 'paused';
    elsif tg_op = 'UPDATE' and new.status = old.status and new.active <> old.active then
        new.status := case when new.active then 'active' else 'paused' end;
        new.status_changed_at := app.now();
    end if;
    new.active := new.status = 'active';
    if new.active then
        new.published_at := coalesce(new.published_at, app.now());
    end if;
    return new;
end $$;
create trigger keep_service_active before insert or update of active, status on services for each row execute function app.keep_service_active();

-- Policies are forced, also on the owner: a tenant at a time. The log of changes has no entry, because nobody changed anything.
alter table services disable trigger audit;
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update services set status = case when active then 'active' else 'paused' end, published_at = created_at;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
alter table services enable trigger audit;
call platform.audit('services', '{name,description}');
