do $$
declare of_tenant uuid;
begin
    for of_tenant in select app.tenant_ids() loop
        perform set_config('app.tenant_id', of_tenant::text, true);
        update services
        set name = left(name, 60), description = left(description, 400), expected_minutes = least(expected_minutes, 1440)
        where length(name) > 60 or length(description) > 400 or expected_minutes > 1440;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
alter table services
    drop constraint services_name_check, drop constraint services_description_check, drop constraint services_expected_minutes_check,
    add constraint services_name_check check (length(name) between 1 and 60),
    add constraint services_description_check check (length(description) <= 400),
    add constraint services_expected_minutes_check check (expected_minutes between 5 and 1440);
