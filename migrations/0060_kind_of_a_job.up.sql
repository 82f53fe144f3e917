-- Which kind of business a job is of: one that is published has no booking that says it. The previous version leaves it null; then the bookings say it.
alter table jobs add column vertical text check (vertical ~ '^[a-z][a-z_]{1,38}$');
call platform.holds_codes('jobs', 'vertical');
call platform.audit('jobs');

-- Policies are forced, also on the owner: a tenant at a time. The log of changes would have an entry for every job.
alter table jobs disable trigger audit;
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update jobs j set vertical = s.vertical
        from job_bookings jb
        join bookings b on (b.tenant_id, b.id) = (jb.tenant_id, jb.booking_id)
        join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
        where j.tenant_id = tenant and (jb.tenant_id, jb.job_id) = (j.tenant_id, j.id);
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
alter table jobs enable trigger audit;
