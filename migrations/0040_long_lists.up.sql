-- A page of a long list is read in the order of an index, from where the page before it ended, whatever the list is narrowed to and sorted by.
create index bookings_name_idx on bookings (tenant_id, contact_name collate "und-x-icu", id);
create index bookings_phase_name_idx on bookings (tenant_id, phase, contact_name collate "und-x-icu", id);
drop index bookings_phase_idx;
create index bookings_phase_idx on bookings (tenant_id, phase, created_at desc, id desc);

drop index payments_status_idx;
create index payments_status_idx on payments (tenant_id, status, created_at desc, id desc) include (method);
create index payments_method_idx on payments (tenant_id, method, created_at desc, id desc) include (status);
create index payments_confirmed_at_idx on payments (tenant_id, confirmed_at) include (amount) where status = 'confirmed';
create index payouts_pending_idx on payouts (tenant_id) where status = 'pending';

drop index audit_log_at_idx, audit_log_object_idx, audit_log_person_idx, audit_log_action_idx;
create index audit_log_at_idx on audit_log (tenant_id, at desc, id desc);
create index audit_log_person_idx on audit_log (tenant_id, person, at desc, id desc);
create index audit_log_object_idx on audit_log (tenant_id, object, at desc, id desc) include (action);
create index audit_log_object_id_idx on audit_log (tenant_id, object_id, at desc, id desc);
create index audit_log_action_idx on audit_log (tenant_id, action, at desc, id desc);
create index audit_log_deeds_idx on audit_log (tenant_id, at desc, id desc) where action not in ('insert', 'update', 'delete');
