drop index jobs_published_cancelled_idx;
drop index jobs_published_past_idx;
drop index jobs_published_ahead_idx;
