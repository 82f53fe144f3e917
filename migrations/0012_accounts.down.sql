drop table one_time_tokens;
alter table users drop column status_changed_at, drop column status_reason;
