-- A tour has more to say than a jump start, and takes longer.
alter table services
    drop constraint services_name_check, drop constraint services_description_check, drop constraint services_expected_minutes_check,
    add constraint services_name_check check (length(name) between 1 and 200),
    add constraint services_description_check check (length(description) <= 8000),
    add constraint services_expected_minutes_check check (expected_minutes between 5 and 44640);
