-- Lists of bookings by when they are: a booking for as soon as possible is when it was made. Not `coalesce`, which Postgres takes for leaky, so that a policy
-- would keep it from the conditions of an index.
create index bookings_when_idx on bookings (tenant_id, (case when scheduled_at is null then created_at else scheduled_at end), id);
create index bookings_phase_when_idx on bookings (tenant_id, phase, (case when scheduled_at is null then created_at else scheduled_at end), id);
