drop procedure platform.holds_remarks(text, text[]), platform.holds_identity(text, text, text[], text), platform.holds_codes(text, text[]),
    platform.is_about_nobody(text, text), platform.holds_nothing(text, text[]);
create or replace function platform.remarks() returns table (place text, field text)
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    values ('assignments', 'end_reason'), ('audit_log', 'changes'), ('blocks', 'reason'), ('booking_events', 'actor_name'), ('booking_events', 'note'),
           ('bookings', 'cancellation_reason'), ('bookings', 'notes'), ('dispatch_decisions', 'candidates'), ('dispatch_decisions', 'decided_by'),
           ('dispatch_decisions', 'reason'), ('form_drafts', 'contents'), ('impersonations', 'reason'), ('jobs', 'outcome'), ('offers', 'decline_reason'),
           ('passkeys', 'name'), ('platform.operator_log', 'details'), ('providers', 'status_reason'), ('quote_lines', 'label'), ('quotes', 'approved_by'),
           ('reviews', 'comment'), ('staff_alerts', 'message'), ('staff_alerts', 'resolved_by'), ('users', 'status_reason');
$$;
create or replace function platform.identities() returns table (place text, field text, holds text[], owner text)
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    values ('users', 'name', '{name}'::text[], 'id'), ('users', 'email', '{name,email}', 'id'), ('users', 'phone', '{phone}', 'id'),
           ('customers', 'name', '{name}', 'id'), ('customers', 'email', '{name,email}', 'id'), ('customers', 'phone', '{phone}', 'id'),
           ('customer_vehicles', 'plate', '{plate}', 'id'),
           ('providers', 'name', '{name}', 'id'), ('providers', 'email', '{name,email}', 'id'), ('providers', 'phone', '{phone}', 'id'),
           ('providers', 'address', '{name}', 'id'), ('providers', 'vehicle', '{name,plate}', 'id'),
           ('resources', 'name', '{name}', 'provider_id'),
           ('bookings', 'contact_name', '{name}', 'id'), ('bookings', 'contact_email', '{name,email}', 'id'), ('bookings', 'contact_phone', '{phone}', 'id'),
           ('bookings', 'address', '{name}', 'id'), ('bookings', 'reference', '{plate}', 'id'),
           ('roadside_bookings', 'vehicle_plate', '{plate}', 'booking_id'), ('roadside_bookings', 'destination_address', '{name}', 'booking_id'),
           ('jobs', 'address', '{name}', 'id'), ('jobs', 'destination_address', '{name}', 'id'),
           ('invites', 'email', '{name,email}', 'id'), ('email_changes', 'new_email', '{name,email}', 'user_id'),
           ('one_time_tokens', 'payload', '{name,email,phone}', 'user_id'), ('impersonations', 'operator_name', '{name}', 'user_id'),
           -- Words of the trade: whoever calls themselves “Jump Start” has no claim on them.
           ('services', 'slug', '{name}', 'id'), ('services', 'vertical', '{name}', 'id'), ('services', 'category', '{name}', 'id'),
           ('services', 'name', '{name}', 'id'), ('prices', 'vehicle_class', '{name}', 'id'), ('prices', 'unit', '{name}', 'id'),
           ('provider_skills', 'skill', '{name}', 'provider_id'), ('jobs', 'skills', '{name}', 'id'),
           ('customer_vehicles', 'make', '{name}', 'id'), ('customer_vehicles', 'model', '{name}', 'id'), ('customer_vehicles', 'color', '{name}', 'id'),
           ('roadside_bookings', 'vehicle_make', '{name}', 'booking_id'), ('roadside_bookings', 'vehicle_model', '{name}', 'booking_id'),
           ('roadside_bookings', 'vehicle_color', '{name}', 'booking_id'),
           ('identity_providers', 'slug', '{name}', 'id'), ('identity_providers', 'label', '{name}', 'id'),
           ('notifications', 'kind', '{name}', 'id'), ('queue.tasks', 'kind', '{name}', 'tenant_id'), ('platform.hosts', 'host', '{name}', 'tenant_id');
$$;
drop table platform.remark_columns, platform.identity_columns, platform.searched_columns, platform.neutral_tables;
