call platform.holds_nothing('jobs', 'vertical');
alter table jobs drop column vertical;
call platform.audit('jobs');
