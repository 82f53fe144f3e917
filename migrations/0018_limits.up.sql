-- Limits on tries, counted where every process sees them. Counters are found by keyed hashes, so that the table tells nobody who tried what from where.
create extension if not exists pgcrypto schema platform;

-- The secret of keyed hashes. Only the owner's functions can read it: the application can ask for a hash by a narrow function, and never learn the key.
create table platform.hash_secret (
    only_row boolean primary key default true check (only_row),
    secret   bytea not null check (length(secret) = 32)
);
do $$ begin
    perform set_config('search_path', 'pg_catalog, platform, public', true);
    insert into platform.hash_secret (secret) values (gen_random_bytes(32));
end $$;

create function platform.keyed_hash(purpose text, value text) returns bytea
    language plpgsql stable set search_path = pg_catalog, platform, public as $$
begin
    return hmac(convert_to(purpose || chr(31) || value, 'UTF8'), (select secret from platform.hash_secret), 'sha256');
end $$;
comment on function platform.keyed_hash is 'HMAC-SHA-256 of a value for one purpose; the same value hashes differently for another.';

create table platform.rate_counters (
    key            bytea primary key check (length(key) = 32),
    count          integer not null default 0,
    window_ends_at timestamptz not null,
    blocked_until  timestamptz                 -- equal to window_ends_at in a lock-out, earlier while merely slowed down
) with (fillfactor = 70);

-- A device or an address from which somebody has signed in to an account: what strangers do to that account doesn't lock it out.
create table platform.familiar_clients (
    key               bytea primary key check (length(key) = 32),
    last_succeeded_at timestamptz not null
);

create function app.familiar_clients(names text[], at timestamptz) returns boolean[]
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select array_agg(exists (select from platform.familiar_clients f
                             where f.key = platform.keyed_hash('familiar', n.name) and f.last_succeeded_at > at - interval '180 days')
                     order by n.place)
    from unnest(names) with ordinality as n (name, place);
$$;

-- Counts one try under several names, each with its rule, or under none of them when any is blocked. Answers how many seconds to wait (0: go ahead),
-- and whether this try was the last one before a lock-out. Rows are taken in the order of their keys, so that two tries can't wait for each other.
create function app.limit_take(names text[], slow_after integer[], lock_after integer[], window_seconds integer[], lock_seconds integer[], at timestamptz)
    returns table (wait integer, locked boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
declare
    rule record;
    counter platform.rate_counters;
begin
    perform set_config('synchronous_commit', 'off', true);   -- a count lost in a crash costs nothing; waiting for the disk would cost every try
    wait := 0;
    locked := false;
    for rule in select platform.keyed_hash('limit', r.name) as key from unnest(names) as r (name) order by 1 loop
        insert into platform.rate_counters (key, window_ends_at) values (rule.key, at) on conflict (key) do nothing;
        select * into counter from platform.rate_counters c where c.key = rule.key for update;
        wait := greatest(wait, ceil(extract(epoch from counter.blocked_until - at))::integer);
    end loop;
    if wait > 0 then
        return next;
        return;
    end if;
    for rule in
        select platform.keyed_hash('limit', r.name) as key, r.*
        from unnest(names, slow_after, lock_after, window_seconds, lock_seconds) as r (name, slow, lock, window_s, lock_s) order by 1
    loop
        update platform.rate_counters c
        set count = case when c.window_ends_at <= at then 1 else c.count + 1 end,
            window_ends_at = case when c.window_ends_at <= at then at + make_interval(secs => rule.window_s) else c.window_ends_at end
        where c.key = rule.key
        returning * into counter;
        if counter.count >= rule.lock then
            update platform.rate_counters c
            set blocked_until = at + make_interval(secs => rule.lock_s), window_ends_at = at + make_interval(secs => rule.lock_s)
            where c.key = rule.key;
            locked := true;
        elsif counter.count >= rule.slow then
            update platform.rate_counters c
            set blocked_until = at + make_interval(secs => least(power(2, least(counter.count - rule.slow, 10)), 60))
            where c.key = rule.key;
        end if;
    end loop;
    return next;
end $$;

-- A try that succeeded: forgets the tries counted under `reset`, takes this one back from `give_back`, and knows `remember` from now on.
create function app.limit_succeeded(reset text[], give_back text[], remember text[], at timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
declare
    counted record;
begin
    for counted in
        select platform.keyed_hash('limit', n.name) as key, n.name = any (reset) as forgotten from unnest(reset || give_back) as n (name) order by 1
    loop
        if counted.forgotten then
            delete from platform.rate_counters c where c.key = counted.key;
        else
            update platform.rate_counters c
            set count = greatest(c.count - 1, 0), blocked_until = case when c.blocked_until = c.window_ends_at then c.blocked_until end
            where c.key = counted.key;
        end if;
    end loop;
    insert into platform.familiar_clients (key, last_succeeded_at)
    select platform.keyed_hash('familiar', n.name), at from unnest(remember) as n (name) order by 1
    on conflict (key) do update set last_succeeded_at = excluded.last_succeeded_at;
end $$;

create function app.limits_sweep(at timestamptz) returns bigint
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    with counters as (delete from platform.rate_counters where window_ends_at <= at and (blocked_until is null or blocked_until <= at) returning 1),
         clients as (delete from platform.familiar_clients where last_succeeded_at <= at - interval '180 days' returning 1)
    select (select count(*) from counters) + (select count(*) from clients);
$$;

grant execute on function app.familiar_clients, app.limit_take, app.limit_succeeded, app.limits_sweep to wayside_app;
