create or replace function app.limit_succeeded(reset text[], give_back text[], remember text[], at timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, platform, pg_temp as $$
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
