-- The business tables that had no audit trigger yet. Those that stay without one are exempt by name in src/audit/tests.rs, each with its reason.
call platform.audit('blocks');
call platform.audit('job_bookings');
call platform.audit('provider_skills');
call platform.audit('resources');
call platform.audit('roadside_bookings', '{vehicle_make,vehicle_model}');
call platform.audit('slot_claims');
call platform.audit('slots');
call platform.audit('staff_alerts');
