-- The list of published jobs: those ahead, the past ones and the cancelled ones, each by their time.
create index jobs_published_ahead_idx on jobs (tenant_id, window_start, id)
    where is_published and state not in ('done', 'unsuccessful', 'cancelled');
create index jobs_published_past_idx on jobs (tenant_id, window_start, id) where is_published and state in ('done', 'unsuccessful');
create index jobs_published_cancelled_idx on jobs (tenant_id, window_start, id) where is_published and state = 'cancelled';
