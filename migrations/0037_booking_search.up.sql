-- Staff find a booking by any parts of what they remember: names in any order and without accents, the last digits of a number, a plate, an address, an
-- e-mail. Under row-level security no operator of trigrams may use an index, so the texts lie where the application's role can't read, and one function
-- answers for the tenant of the transaction.
do $$
declare
    elsewhere text;
begin
    select string_agg(format('alter extension %I set schema platform;', extname), ' ') into elsewhere from pg_extension
    where extname in ('pg_trgm', 'unaccent', 'btree_gin') and extnamespace <> 'platform'::regnamespace;
    if elsewhere is not null then
        raise exception 'extensions that search needs lie in another schema; run as a superuser: %', elsewhere;
    end if;
end;
$$;
create extension if not exists pg_trgm schema platform;
create extension if not exists unaccent schema platform;
create extension if not exists btree_gin schema platform;

-- Words as they are compared: lower case, no accents, no apostrophes, everything else that is neither letter nor digit between them as one space.
create function platform.fold(content text) returns text language sql stable parallel safe set search_path = pg_catalog, platform, pg_temp as $$
    select btrim(regexp_replace(regexp_replace(
        lower(platform.unaccent('platform.unaccent'::regdictionary, regexp_replace(normalize(content, nfkd), U&'[\0300-\036F]', '', 'g'))),
        U&'[''`\00B4\02BC\2018\2019]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'));
$$;

create table platform.booking_search (
    tenant_id  uuid not null references platform.tenants (id),
    booking_id uuid not null,
    core       text not null default '',   -- what every booking has
    special    text not null default '',   -- what only its vertical has
    document   text not null generated always as (core || ' ' || special) stored,
    primary key (tenant_id, booking_id),
    foreign key (tenant_id, booking_id) references public.bookings (tenant_id, id) on delete cascade
);
create index booking_search_document_idx on platform.booking_search using gin (tenant_id platform.uuid_ops, document platform.gin_trgm_ops);

create function platform.words_of(b bookings) returns text language sql stable set search_path = pg_catalog, platform, pg_temp as $$
    select concat_ws(' ', platform.fold(b.reference), platform.fold(b.contact_name), platform.fold(b.contact_email), platform.fold(b.address),
                     regexp_replace(b.contact_phone, '[^0-9]', '', 'g'));
$$;

-- A plate is found with and without its spaces.
create function platform.words_of(b roadside_bookings) returns text language sql stable set search_path = pg_catalog, platform, pg_temp as $$
    select concat_ws(' ', platform.fold(b.vehicle_make), platform.fold(b.vehicle_model), platform.fold(b.vehicle_plate),
                     replace(platform.fold(b.vehicle_plate), ' ', ''), platform.fold(b.destination_address));
$$;

create function platform.index_booking() returns trigger language plpgsql security definer set search_path = pg_catalog, platform, pg_temp as $$
begin
    insert into platform.booking_search (tenant_id, booking_id, core) values (new.tenant_id, new.id, platform.words_of(new))
    on conflict (tenant_id, booking_id) do update set core = excluded.core where booking_search.core <> excluded.core;
    return null;
end;
$$;
create trigger index_booking after insert or update of contact_name, contact_email, contact_phone, address, reference on bookings for each row
    execute function platform.index_booking();

create function platform.index_roadside_booking() returns trigger language plpgsql security definer set search_path = pg_catalog, platform, pg_temp as $$
begin
    insert into platform.booking_search (tenant_id, booking_id, special) values (new.tenant_id, new.booking_id, platform.words_of(new))
    on conflict (tenant_id, booking_id) do update set special = excluded.special where booking_search.special <> excluded.special;
    return null;
end;
$$;
create trigger index_roadside_booking after insert or update of vehicle_make, vehicle_model, vehicle_plate, destination_address on roadside_bookings
    for each row execute function platform.index_roadside_booking();

-- The newest bookings of this tenant in which every word is found, in any order and anywhere in a word. A number typed with the zero of its own country
-- is found without it.
create function app.search_bookings(wanted text, most bigint) returns setof uuid
    language plpgsql stable security definer set search_path = pg_catalog, platform, pg_temp as $$
declare
    conditions text;
begin
    select string_agg(format('and document like %L', '%' || regexp_replace(word, '^0+(?=[0-9]{2,}$)', '') || '%'), ' ') into conditions
    from (select distinct word from unnest(string_to_array(platform.fold(wanted), ' ')) as word where word <> '' limit 12) as words;
    if conditions is null then
        return;
    end if;
    return query execute 'select booking_id from platform.booking_search where tenant_id = $1 ' || conditions || ' order by booking_id desc limit $2'
        using app.current_tenant(), most;
end;
$$;
revoke execute on function app.search_bookings from public;
grant execute on function app.search_bookings to wayside_app;

do $$
declare
    tenant uuid;
begin
    for tenant in select id from platform.tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        insert into platform.booking_search (tenant_id, booking_id, core, special)
        select b.tenant_id, b.id, platform.words_of(b), coalesce(platform.words_of(r), '')
        from bookings b left join roadside_bookings r on (r.tenant_id, r.booking_id) = (b.tenant_id, b.id);
    end loop;
    perform set_config('app.tenant_id', '', true);
end;
$$;
