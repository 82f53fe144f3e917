drop index resources_kind_idx;
alter table resources
    drop constraint resources_kind_fkey,
    add constraint resources_kind_check check (kind in ('provider', 'bay', 'loaner', 'equipment', 'driveway'));
drop procedure platform.has_resources(text[]);
drop table platform.resource_kinds;
