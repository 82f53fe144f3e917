-- Work that needs several people: each has an assignment of their own, and one of them leads.
drop index assignments_one_per_job;
create unique index assignments_once on assignments (tenant_id, job_id, provider_id) where state <> 'ended';
alter table assignments add column leads boolean not null default true;
create unique index assignments_one_lead on assignments (tenant_id, job_id) where state <> 'ended' and leads;
call platform.audit('assignments');

-- How a job finds its provider, whether it is there before its bookings, and when its provider was at its destination.
alter table jobs
    add column dispatching            text not null default 'automatic' check (dispatching in ('automatic', 'by_hand', 'discover')),
    add column search_from            timestamptz,    -- null: the tenant's dispatch lead before the work
    add column discover_within_meters integer check (discover_within_meters > 0),
    add column discover_until         timestamptz,
    add column is_published           boolean not null default false,
    add column reached_at             timestamptz,
    add constraint jobs_discovery_whole check (
        (dispatching = 'discover') = (discover_within_meters is not null) and (dispatching = 'discover') = (discover_until is not null));
call platform.audit('jobs');
call platform.holds_codes('jobs', 'dispatching');
