-- The code of a kind of business. Which ones there are is known to the software, not to the schema: a newer version may run beside an older one.
alter table services add constraint services_vertical_check check (vertical ~ '^[a-z][a-z_]{1,38}$');

-- A business of roadside assistance that never set its cancellation fees has the ones that the software assumed so far, in US cents. They are written down as
-- its own, so that a new business, in whatever currency, has none until it sets them.
update platform.tenants
set settings = '{"dispatch_fee": 3500, "dry_run_fee": 6000, "unknown_miles_ceiling": 25}'::jsonb || settings
where 'roadside' = any (verticals) and not settings ?& array['dispatch_fee', 'dry_run_fee', 'unknown_miles_ceiling'];
