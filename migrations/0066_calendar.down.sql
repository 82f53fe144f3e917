drop index reservations_ahead_idx;
drop index blocks_created_by_idx;
alter table blocks drop column created_by, drop constraint blocks_reason_check;
call platform.audit('blocks');
alter table service_rules
    drop column prepare_minutes, drop column clean_up_minutes, drop column step_minutes, drop column most_per_day, drop column needs_hours,
    drop column checks_free;
call platform.audit('service_rules', '{cancellation}');
call platform.holds_nothing('slot_plans');
drop table slot_plans;
call platform.holds_nothing('slots', 'purpose', 'state', 'note');
alter table slots
    drop constraint slots_one_subject, drop constraint slots_resource_once, drop constraint slots_service_once, drop constraint slots_job_once,
    drop column service_id, drop column job_id, drop column purpose, drop column state, drop column note;
call platform.audit('slots');
call platform.holds_nothing('opening_rules');
drop table opening_rules;
call platform.holds_nothing('service_needs');
drop table service_needs;
call platform.holds_nothing('resource_upkeep');
drop table resource_upkeep;
-- What is retired stays out of service for the version before.
do $$
declare
    tenant uuid;
begin
    for tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', tenant::text, true);
        update resources set active = false where state = 'retired';
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
call platform.holds_nothing('resources', 'state', 'category', 'notes');
drop index resources_category_idx;
alter table resources
    drop column category, drop column state, drop column state_changed_at, drop column meter, drop column upkeep_due_on, drop column upkeep_due_meter,
    drop column notes;
call platform.audit('resources');
