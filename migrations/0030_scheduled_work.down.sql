drop index assignments_open_idx, reservations_held_idx;
