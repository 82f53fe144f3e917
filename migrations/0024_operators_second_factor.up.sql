-- A second factor for operators: the same as users' (0011), in tables of the platform. An operator reaches their own only; what is sealed can be sealed anew
-- by whoever has the keys. Switching it on and off is written to the operators' log as a deed.

create table platform.operator_second_factors (
    operator_id           uuid primary key references platform.operators (id) on delete cascade,
    sealed_seed           bytea not null,                -- what the app knows, too
    begun_at              timestamptz not null,          -- the seed can be seen for a while only
    confirmed_at          timestamptz,                   -- null: being set up, nobody is asked for it yet
    last_step             bigint not null default 0,     -- the 30 seconds whose code was used last: no code works twice
    sealed_recovery_codes bytea,                         -- to be shown once more, until then
    recovery_shown_until  timestamptz,
    constraint operator_second_factors_shown_for_a_while check ((sealed_recovery_codes is null) = (recovery_shown_until is null))
);

create table platform.operator_recovery_codes (
    operator_id uuid not null references platform.operator_second_factors (operator_id) on delete cascade,
    code_hash   bytea not null check (length(code_hash) = 32),
    used_at     timestamptz,
    primary key (operator_id, code_hash)
);

-- A sign-in whose password was right, and whose code is awaited.
create table platform.operator_sign_ins (
    token_hash  bytea primary key check (length(token_hash) = 32),
    operator_id uuid not null references platform.operators (id) on delete cascade,
    next        text not null,                           -- where they were going
    attempts    integer not null default 0 check (attempts between 0 and 5),
    expires_at  timestamptz not null
);
create index operator_sign_ins_operator_idx on platform.operator_sign_ins (operator_id);

-- Signing in.

drop function app.operator_by_email(text);
create function app.operator_by_email(wanted text)
    returns table (id uuid, email text, name text, has_second_factor boolean, password_hash text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select o.id, o.email, o.name,
           exists (select from platform.operator_second_factors f where f.operator_id = o.id and f.confirmed_at is not null), o.password_hash
    from platform.operators o where o.email = lower(wanted);
$$;

drop function app.operator_session(bytea, interval);
create function app.operator_session(hash bytea, idle interval)
    returns table (id uuid, email text, name text, has_second_factor boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.operator_sessions s set last_seen_at = app.now()
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle and s.last_seen_at < app.now() - interval '1 minute';
    return query select o.id, o.email, o.name,
        exists (select from platform.operator_second_factors f where f.operator_id = o.id and f.confirmed_at is not null)
    from platform.operator_sessions s join platform.operators o on o.id = s.operator_id
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle;
end $$;

create function app.operator_sign_in_begin(hash bytea, going text, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    insert into platform.operator_sign_ins (token_hash, operator_id, next, expires_at) values (hash, platform.acting_operator(), going, until);
$$;

-- Whose sign-in waits for its code: nobody acts yet.
create function app.operator_sign_in(hash bytea) returns table (id uuid, email text, name text, has_second_factor boolean, next text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select o.id, o.email, o.name, true, s.next
    from platform.operator_sign_ins s join platform.operators o on o.id = s.operator_id
    where s.token_hash = hash and s.expires_at > app.now() and s.attempts < 5;
$$;

-- Counts a try; how many are left after it, or nothing when there are none. Of two who try at once, each is counted.
create function app.operator_sign_in_try(hash bytea) returns integer
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operator_sign_ins set attempts = attempts + 1
    where token_hash = hash and operator_id = platform.acting_operator() and expires_at > app.now() and attempts < 5
    returning 5 - attempts;
$$;

create function app.operator_sign_in_end(hash bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sign_ins where token_hash = hash;
$$;

create or replace function app.operator_set_password(new_hash text, but bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operators set password_hash = new_hash where id = platform.acting_operator();
    delete from platform.operator_sessions where operator_id = platform.acting_operator() and token_hash <> but;
    delete from platform.operator_sign_ins where operator_id = platform.acting_operator();
$$;

create function app.operator_sessions_end() returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sessions where operator_id = platform.acting_operator();
    delete from platform.operator_sign_ins where operator_id = platform.acting_operator();
$$;

create or replace function app.operators_sweep(idle interval) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sessions where ends_at <= app.now() or last_seen_at <= app.now() - idle;
    delete from platform.operator_drafts where expires_at <= app.now();
    delete from platform.operator_sign_ins where expires_at <= app.now();
    delete from platform.operator_second_factors where confirmed_at is null and begun_at <= app.now() - interval '1 day';
    update platform.operator_second_factors set sealed_recovery_codes = null, recovery_shown_until = null where recovery_shown_until <= app.now();
$$;

-- An operator's own second factor. One being set up counts for a quarter of an hour.

create function app.operator_factor() returns table (sealed_seed bytea, confirmed_at timestamptz, name text, email text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select f.sealed_seed, f.confirmed_at, 'Wayside', o.email
    from platform.operator_second_factors f join platform.operators o on o.id = f.operator_id
    where f.operator_id = platform.acting_operator() and (f.confirmed_at is not null or f.begun_at > app.now() - interval '15 minutes');
$$;

-- One row, or none: there is one in force.
create function app.operator_factor_begin(seed bytea) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
declare
    changed bigint;
begin
    insert into platform.operator_second_factors as f (operator_id, sealed_seed, begun_at) values (platform.acting_operator(), seed, app.now())
    on conflict (operator_id) do update set sealed_seed = excluded.sealed_seed, begun_at = excluded.begun_at where f.confirmed_at is null;
    get diagnostics changed = row_count;
    return changed;
end $$;

create function app.operator_factor_confirm(step bigint) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
declare
    changed bigint;
begin
    update platform.operator_second_factors set confirmed_at = app.now(), last_step = step
    where operator_id = platform.acting_operator() and confirmed_at is null;
    get diagnostics changed = row_count;
    return changed;
end $$;

create function app.operator_factor_use_step(step bigint) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.operator_second_factors set last_step = step
    where operator_id = platform.acting_operator() and confirmed_at is not null and last_step < step;
    return found;
end $$;

create function app.operator_factor_remove() returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_second_factors where operator_id = platform.acting_operator();
$$;

create function app.operator_recovery_renew(hashes bytea[], sealed bytea, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_recovery_codes where operator_id = platform.acting_operator();
    insert into platform.operator_recovery_codes (operator_id, code_hash) select platform.acting_operator(), unnest(hashes);
    update platform.operator_second_factors set sealed_recovery_codes = sealed, recovery_shown_until = until
    where operator_id = platform.acting_operator();
$$;

create function app.operator_recovery_use(hash bytea) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.operator_recovery_codes set used_at = app.now()
    where operator_id = platform.acting_operator() and code_hash = hash and used_at is null;
    return found;
end $$;

create function app.operator_recovery_left() returns bigint
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select count(*) from platform.operator_recovery_codes where operator_id = platform.acting_operator() and used_at is null;
$$;

create function app.operator_recovery_shown() returns bytea
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select sealed_recovery_codes from platform.operator_second_factors
    where operator_id = platform.acting_operator() and recovery_shown_until > app.now();
$$;

create function app.operator_recovery_hide() returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operator_second_factors set sealed_recovery_codes = null, recovery_shown_until = null
    where operator_id = platform.acting_operator();
$$;

-- Rotation of keys: what doesn't begin like values of the first key.

create function app.operator_factors_to_reseal(prefix bytea)
    returns table (operator_id uuid, sealed_seed bytea, sealed_recovery_codes bytea)
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    select f.operator_id, f.sealed_seed, f.sealed_recovery_codes from platform.operator_second_factors f
    where substring(f.sealed_seed from 1 for length(prefix)) <> prefix
       or substring(f.sealed_recovery_codes from 1 for length(prefix)) <> prefix
    order by f.operator_id for update;
$$;

create function app.operator_factor_reseal(owner uuid, seed bytea, codes bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operator_second_factors set sealed_seed = seed, sealed_recovery_codes = codes where operator_id = owner;
$$;

grant execute on function app.operator_by_email, app.operator_session, app.operator_sign_in_begin, app.operator_sign_in, app.operator_sign_in_try,
    app.operator_sign_in_end, app.operator_sessions_end, app.operator_factor, app.operator_factor_begin, app.operator_factor_confirm,
    app.operator_factor_use_step, app.operator_factor_remove, app.operator_recovery_renew, app.operator_recovery_use, app.operator_recovery_left,
    app.operator_recovery_shown, app.operator_recovery_hide, app.operator_factors_to_reseal, app.operator_factor_reseal to wayside_app;
