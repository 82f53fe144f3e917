drop index audit_log_deeds_idx, audit_log_action_idx, audit_log_object_id_idx, audit_log_object_idx, audit_log_person_idx, audit_log_at_idx;
create index audit_log_at_idx on audit_log (tenant_id, at desc);
create index audit_log_object_idx on audit_log (tenant_id, object, object_id);
create index audit_log_person_idx on audit_log (tenant_id, person, at desc);
create index audit_log_action_idx on audit_log (tenant_id, action, at desc);

drop index payouts_pending_idx;
drop index payments_confirmed_at_idx, payments_method_idx, payments_status_idx;
create index payments_status_idx on payments (tenant_id, status, created_at desc);

drop index bookings_phase_idx, bookings_phase_name_idx, bookings_name_idx;
create index bookings_phase_idx on bookings (tenant_id, phase, created_at desc);
