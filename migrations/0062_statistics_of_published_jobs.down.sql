drop statistics jobs_published_state;
