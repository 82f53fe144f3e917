-- Which columns hold text about people, and what an erasure does with it, in tables that every migration writes into. The bodies of two functions listed
-- them before, so each new table would have had to replace those bodies.
create table platform.remark_columns (
    place text not null,
    field text not null,
    primary key (place, field)
);
create table platform.identity_columns (
    place text not null,
    field text not null,
    holds text[] not null,
    owner text not null,
    primary key (place, field)
);
create table platform.searched_columns (
    place text not null,
    field text not null,
    primary key (place, field)
);
create table platform.neutral_tables (
    place text primary key,
    why   text not null
);
comment on table platform.remark_columns is 'Where people write remarks, and where a log or a snapshot copies a name: an erasure takes identifiers out of them.';
comment on table platform.identity_columns is 'What says who or what something is: an identifier of a kind it holds that is found there in a row of somebody else is theirs as well. The owner is the column that says whose row it is.';
comment on table platform.searched_columns is 'Codes, machine text, published text, records the law demands: searched, never changed. A match is reported as left over.';
comment on table platform.neutral_tables is 'Tables without rows about a person.';

insert into platform.remark_columns select place, field from platform.remarks();
insert into platform.identity_columns select place, field, holds, owner from platform.identities();
insert into platform.searched_columns (place, field)
select place, unnest(fields)
from (values
    ('assignments', '{assigned_by,commission_type,state}'::text[]),
    ('audit_log', '{action,actor,address,object,request_id}'::text[]),
    ('booking_events', '{actor,kind,phase}'::text[]),
    ('bookings', '{cancelled_by,location_source,payment_method,phase,waits_for}'::text[]),
    ('dispatch_decisions', '{algorithm}'::text[]),
    ('earnings', '{commission_type,kind,status}'::text[]),
    ('erasures', '{asked_by,erased,held,left_over,not_unique,redacted,searched_for}'::text[]),
    ('form_drafts', '{form}'::text[]),
    ('identity_links', '{subject}'::text[]),
    ('identity_providers', '{client_id,issuer}'::text[]),
    ('invites', '{role}'::text[]),
    ('jobs', '{kind,state}'::text[]),
    ('ledger_rows', '{from_account,to_account}'::text[]),
    ('notifications', '{channel,error,status}'::text[]),
    ('offers', '{commission_type,state}'::text[]),
    ('one_time_tokens', '{purpose}'::text[]),
    ('passkeys', '{credential}'::text[]),
    ('payments', '{method,note,status}'::text[]),
    ('payouts', '{note,status}'::text[]),
    ('phone_codes', '{purpose}'::text[]),
    ('platform.booking_search', '{core,special}'::text[]),
    ('platform.logos', '{content_type}'::text[]),
    ('platform.operator_log', '{action,address,request_id}'::text[]),
    ('platform.sessions', '{address,data,user_agent}'::text[]),
    ('postings', '{key,kind}'::text[]),
    ('providers', '{commission_type,status}'::text[]),
    ('queue.deadlines', '{kind,last_error}'::text[]),
    ('queue.tasks', '{key,last_error,payload}'::text[]),
    ('quote_lines', '{kind}'::text[]),
    ('quotes', '{kind,state}'::text[]),
    ('reservations', '{state}'::text[]),
    ('resources', '{kind}'::text[]),
    ('services', '{description,icon}'::text[]),
    ('staff_alerts', '{kind}'::text[]),
    ('users', '{password_hash,roles,status}'::text[])
) as listed (place, fields);
insert into platform.neutral_tables (place, why) values
    ('blocks', 'time that is taken'),
    ('dispatch_decisions', 'who was considered for a job; names are taken out'),
    ('erasures', 'what was forgotten, not of whom'),
    ('form_drafts', 'rejected forms, for half an hour'),
    ('identity_providers', 'whom the business trusts to say who people are'),
    ('job_bookings', 'which job is for which booking'),
    ('postings', 'headers of ledger rows'),
    ('prices', 'what services cost'),
    ('reservations', 'time that is taken'),
    ('services', 'what is offered'),
    ('slot_claims', 'places that are taken'),
    ('slots', 'places there are');

create or replace function platform.remarks() returns table (place text, field text)
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select c.place, c.field from platform.remark_columns c;
$$;
create or replace function platform.identities() returns table (place text, field text, holds text[], owner text)
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select c.place, c.field, c.holds, c.owner from platform.identity_columns c;
$$;

-- For migrations: say of each column of text of a new table what it holds, and of a table about nobody why.
create procedure platform.holds_remarks(its_place text, variadic fields text[])
    language sql set search_path = pg_catalog, pg_temp as $$
    insert into platform.remark_columns (place, field) select its_place, unnest(fields);
$$;
create procedure platform.holds_identity(its_place text, its_field text, kinds text[], whose text)
    language sql set search_path = pg_catalog, pg_temp as $$
    insert into platform.identity_columns (place, field, holds, owner) values (its_place, its_field, kinds, whose);
$$;
create procedure platform.holds_codes(its_place text, variadic fields text[])
    language sql set search_path = pg_catalog, pg_temp as $$
    insert into platform.searched_columns (place, field) select its_place, unnest(fields);
$$;
create procedure platform.is_about_nobody(its_place text, reason text)
    language sql set search_path = pg_catalog, pg_temp as $$
    insert into platform.neutral_tables (place, why) values (its_place, reason);
$$;
-- The opposite of the four, for the way down.
create procedure platform.holds_nothing(its_place text, variadic fields text[] default '{}')
    language sql set search_path = pg_catalog, pg_temp as $$
    delete from platform.remark_columns where place = its_place and (fields = '{}' or field = any (fields));
    delete from platform.identity_columns where place = its_place and (fields = '{}' or field = any (fields));
    delete from platform.searched_columns where place = its_place and (fields = '{}' or field = any (fields));
    delete from platform.neutral_tables where place = its_place and fields = '{}';
$$;
