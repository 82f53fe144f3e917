drop trigger keep_service_active on services;
drop function app.keep_service_active();
call platform.holds_nothing('services', 'status', 'status_reason');
drop index services_position_idx, services_provider_idx, services_review_idx;
create index services_position_idx on services (tenant_id, position, name);
alter table services
    drop column provider_id,
    drop column resource_id,
    drop column status,
    drop column status_reason,
    drop column status_changed_at,
    drop column published_at;
call platform.audit('services', '{name,description}');
