call platform.holds_nothing('jobs', 'dispatching');
alter table jobs
    drop column dispatching, drop column search_from, drop column discover_within_meters, drop column discover_until, drop column is_published,
    drop column reached_at;
call platform.audit('jobs');

-- The older schema knows one provider for each job: the lead keeps it.
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update reservations v set state = 'released'
        from assignments a join resources r on (r.tenant_id, r.provider_id) = (a.tenant_id, a.provider_id)
        where a.state <> 'ended' and not a.leads and (v.tenant_id, v.resource_id, v.job_id) = (r.tenant_id, r.id, a.job_id) and v.state = 'held';
        update assignments set state = 'ended', ended_at = now(), end_reason = 'One provider for each job again.' where state <> 'ended' and not leads;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
drop index assignments_one_lead;
drop index assignments_once;
alter table assignments drop column leads;
create unique index assignments_one_per_job on assignments (tenant_id, job_id) where state <> 'ended';
call platform.audit('assignments');
