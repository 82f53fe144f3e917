-- Things that are reserved: their group, whether they are in service, and their upkeep.
alter table resources
    add column category         text check (length(category) between 1 and 60),         -- which of them serve the same purpose: "ride-on mower"
    add column state            text not null default 'in_service' check (state in ('in_service', 'upkeep', 'retired')),
    add column state_changed_at timestamptz,
    add column meter            bigint check (meter >= 0),                                -- kilometers or minutes, by its kind
    add column upkeep_due_on    date,
    add column upkeep_due_meter bigint check (upkeep_due_meter >= 0),
    add column notes            text check (length(notes) between 1 and 1000);
create index resources_category_idx on resources (tenant_id, kind, category, name);
call platform.audit('resources');
call platform.holds_codes('resources', 'state');
call platform.holds_remarks('resources', 'category', 'notes');

create table resource_upkeep (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    resource_id uuid not null,
    done_on     date not null,
    what        text not null check (length(what) between 1 and 200),
    notes       text check (length(notes) between 1 and 1000),
    cost_amount bigint check (cost_amount >= 0),
    meter       bigint check (meter >= 0),
    created_by  uuid,
    created_at  timestamptz not null default app.now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade,
    foreign key (tenant_id, created_by) references users (tenant_id, id)
);
create index resource_upkeep_resource_idx on resource_upkeep (tenant_id, resource_id, done_on desc);
create index resource_upkeep_created_by_idx on resource_upkeep (tenant_id, created_by);
call platform.protect('resource_upkeep');
call platform.audit('resource_upkeep');
call platform.is_about_nobody('resource_upkeep', 'what was done to things');
call platform.holds_remarks('resource_upkeep', 'what', 'notes');

-- What a service takes along besides people: so many of a kind, of one category or any.
create table service_needs (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    service_id uuid not null,
    kind       text not null references platform.resource_kinds (code),
    category   text not null default '' check (length(category) <= 60),
    units      integer not null default 1 check (units between 1 and 100),
    primary key (tenant_id, service_id, kind, category),
    foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade
);
create index service_needs_kind_idx on service_needs (kind);
call platform.protect('service_needs');
call platform.audit('service_needs', '{category}');
call platform.is_about_nobody('service_needs', 'what a service takes along');
call platform.holds_codes('service_needs', 'kind', 'category');

-- When the business, a resource or a service can be had, in the local time of the tenant.
create table opening_rules (
    tenant_id     uuid not null default app.current_tenant() references platform.tenants (id),
    id            uuid not null,
    resource_id   uuid,
    service_id    uuid,                                                -- neither: the business
    kind          text not null check (kind in ('weekly', 'special_hours', 'time_off', 'holiday')),
    first_day     date not null,
    starts_minute smallint not null check (starts_minute between 0 and 1439),
    minutes       integer not null check (minutes between 1 and 525600),
    recurrence    text check (length(recurrence) between 1 and 300),   -- a part of RFC 5545; null: once
    last_day      date,                                                -- the last day it touches; null: it repeats for ever
    reason        text check (reason in ('vacation', 'sick', 'training', 'other')),
    note          text check (length(note) between 1 and 300),
    created_by    uuid,                                                -- null: the system
    created_at    timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint opening_rules_one_subject check (num_nonnulls(resource_id, service_id) <= 1),
    constraint opening_rules_days_in_order check (last_day >= first_day),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade,
    foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade,
    foreign key (tenant_id, created_by) references users (tenant_id, id)
);
create index opening_rules_created_by_idx on opening_rules (tenant_id, created_by);
create index opening_rules_resource_idx on opening_rules (tenant_id, resource_id, last_day);
create index opening_rules_service_idx on opening_rules (tenant_id, service_id, last_day);
create index opening_rules_business_idx on opening_rules (tenant_id, last_day) where resource_id is null and service_id is null;
call platform.protect('opening_rules');
call platform.audit('opening_rules', '{recurrence}');
call platform.holds_codes('opening_rules', 'kind', 'recurrence', 'reason');
call platform.holds_remarks('opening_rules', 'note');

-- Counted capacity of one subject: a resource, a service, or a job.
alter table slots
    add column service_id uuid,
    add column job_id     uuid,
    add column purpose    text not null default 'day' check (purpose in ('day', 'window', 'start', 'seats')),
    add column state      text not null default 'open' check (state in ('open', 'closed', 'cancelled')),
    add column note       text check (length(note) between 1 and 300),
    add constraint slots_one_subject check (num_nonnulls(resource_id, service_id, job_id) <= 1),
    add constraint slots_resource_once unique (tenant_id, resource_id, purpose, starts_at),
    add constraint slots_service_once unique (tenant_id, service_id, purpose, starts_at),
    add constraint slots_job_once unique (tenant_id, job_id, purpose, starts_at),
    add foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade,
    add foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade;
call platform.audit('slots');
call platform.holds_codes('slots', 'purpose', 'state');
call platform.holds_remarks('slots', 'note');

-- How slots are made ahead: for each day, window or start in the hours of their subject.
create table slot_plans (
    tenant_id      uuid not null default app.current_tenant() references platform.tenants (id),
    id             uuid not null,
    resource_id    uuid,
    service_id     uuid,
    purpose        text not null check (purpose in ('day', 'window', 'start')),
    capacity       integer not null check (capacity >= 0),
    min_units      integer not null default 0 check (min_units >= 0),
    decide_minutes integer check (decide_minutes >= 0),                -- so long before its start it is decided whether enough have booked
    minutes        integer check (minutes between 5 and 1440),         -- of a window; of a start, if it differs from the service's
    ahead_days     integer not null default 60 check (ahead_days between 1 and 730),
    made_until     date,                                               -- slots up to this day exist
    primary key (tenant_id, id),
    constraint slot_plans_one_subject check (num_nonnulls(resource_id, service_id) = 1),
    constraint slot_plans_window_has_minutes check (purpose <> 'window' or minutes is not null),
    constraint slot_plans_resource_once unique (tenant_id, resource_id, purpose),
    constraint slot_plans_service_once unique (tenant_id, service_id, purpose),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade,
    foreign key (tenant_id, service_id) references services (tenant_id, id) on delete cascade
);
call platform.protect('slot_plans');
call platform.audit('slot_plans');
call platform.is_about_nobody('slot_plans', 'how many places there are');
call platform.holds_codes('slot_plans', 'purpose');

-- Minutes that are reserved around the work; how windows are offered.
alter table service_rules
    add column prepare_minutes  integer not null default 0 check (prepare_minutes between 0 and 1440),
    add column clean_up_minutes integer not null default 0 check (clean_up_minutes between 0 and 1440),
    add column step_minutes     integer not null default 30 check (step_minutes in (15, 30, 60)),
    add column most_per_day     integer check (most_per_day > 0),
    add column needs_hours      boolean not null default false,        -- without hours of its own it can't be booked
    add column checks_free      boolean not null default false;        -- only when enough people and things are free
call platform.audit('service_rules', '{cancellation}');

alter table blocks
    add column created_by uuid,
    add constraint blocks_reason_check check (length(reason) between 1 and 300),
    add foreign key (tenant_id, created_by) references users (tenant_id, id);
call platform.audit('blocks');
create index blocks_created_by_idx on blocks (tenant_id, created_by);
-- What of a resource is ahead or under way, however much has been.
create index reservations_ahead_idx on reservations (tenant_id, resource_id, ends_at) where state <> 'released';

-- Policies are forced, also on the owner: a tenant at a time.
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update resources set state = 'retired' where not active;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
