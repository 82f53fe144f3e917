alter table users drop column works_here;
update providers set status = 'inactive' where status = 'rejected';
alter table providers
    drop column status_changed_at,
    drop column status_reason,
    drop constraint providers_status_check,
    add constraint providers_status_check check (status in ('pending', 'active', 'inactive', 'suspended'));
drop table invites;
