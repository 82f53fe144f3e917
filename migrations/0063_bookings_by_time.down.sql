drop index bookings_when_idx;
drop index bookings_phase_when_idx;
