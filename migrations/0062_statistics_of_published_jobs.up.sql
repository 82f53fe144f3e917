-- Few jobs are published, and their states are others than those of the rest: without this the planner expects a handful, reads all and sorts them.
create statistics jobs_published_state (mcv) on is_published, state from jobs;
