-- The rules that were written down are those that were in force, and an older version reads them in the same way.
alter table services drop constraint services_vertical_check;
