drop function app.limits_sweep, app.limit_succeeded, app.limit_take, app.familiar_clients, platform.keyed_hash;
drop table platform.familiar_clients, platform.rate_counters, platform.hash_secret;
drop extension pgcrypto;
