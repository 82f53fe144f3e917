-- A tenant with $many bookings and what belongs to them.
set maintenance_work_mem = '512MB';
select set_config('app.tenant_id', '$tenant', false);
select pg_temp.begin_filling('{customers,bookings,platform.booking_search,booking_events,quotes,payments,earnings,jobs,job_bookings,assignments,payouts,payout_items,audit_log}');

-- One booking in two minutes; the live ones are the newest, as they are in life.
create temporary table numbers as
    select n, ('00000000-0000-7000-8000-' || lpad(to_hex($many - n), 12, '0'))::uuid as id, app.now() - n * interval '2 minutes' as at,
           ('{Ashley,Brandon,Carmen,Grace,Zoë,José,Mary-Jane,Ludwig,Ирина,Omar,Priya,Chen,Fatima,Noah,Olivia,Liam,Emma,Ava,Mia,Ethan}'::text[])[1 + n % 20]
               || ' ' || ('{Miller,Smith,García,Müller,O''Neil,Nguyen,Johnson,Иванова,Khan,Patel,Brown,Wilson,Lopez,Anderson,Thomas,Lee,Moore,Clark,Young}'::text[])[1 + n / 7 % 19]
               || ' ' || chr(65 + n / 133 % 26) || '.' as name,
           '+1' || (2000000000 + (n::bigint * 7919) % 8000000000)::text as phone,
           100 + n * 31 % 9900 || ' ' || ('{Peachtree,Ponce de Leon,Piedmont,Moreland,Memorial,Northside,Howell Mill,Euclid}'::text[])[1 + n / 3 % 8] || ' '
               || ('{St,Ave,Rd,Blvd}'::text[])[1 + n % 4] || ', Atlanta, GA ' || 30300 + n % 80 as address,
           case when n <= 40 then 'confirmed' when n <= 80 then 'in_progress' when n <= 120 then 'dispatched' when n <= 140 then 'pending'
                when n % 10 = 0 then 'cancelled' when n % 37 = 0 then 'no_show' else 'completed' end as phase,
           ('{cash,cashapp,zelle}'::text[])[1 + n % 3] as method, 6000 + n * 37 % 30000 as amount
    from generate_series(1, $many) n;
analyze numbers;
create temporary table ours as
    select (select array_agg(id) from services) as services, (select array_agg(id) from providers where status = 'active') as providers,
           (select min(id::text) from users)::uuid as person;

insert into customers (id, name, phone, email, created_at)
    select id, name, phone, 'guest' || n || '@example.com', at from numbers where n % 3 = 0;
insert into bookings (id, reference, customer_id, service_id, phase, contact_name, contact_phone, address, location_source, payment_method,
                      completed_at, cancelled_at, cancelled_by, created_at)
    select n.id, 'RA-' || translate(lpad(to_hex(n), 6, '0'), '0123456789abcdef', '23456789ACDEFGHJ'),
           ('00000000-0000-7000-8000-' || lpad(to_hex($many - greatest(3, n - n % 3)), 12, '0'))::uuid, services[1 + n % cardinality(services)], phase, name, phone, address, 'address', method,
           case when phase = 'completed' then at + interval '1 hour' end, case when phase = 'cancelled' then at end,
           case when phase = 'cancelled' then 'customer' end, at
    from numbers n, ours;
insert into platform.booking_search (tenant_id, booking_id, core, special)
    select '$tenant', n.id, concat_ws(' ', lower(replace(b.reference, '-', ' ')), platform.fold(n.name), lower(replace(n.address, ',', '')), substr(n.phone, 2)),
           'toyota corolla abc' || n
    from numbers n join bookings b on b.id = n.id;
insert into booking_events (id, booking_id, kind, phase, actor, occurred_at) select id, id, 'booked', 'confirmed', 'customer', at from numbers;
insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, approved_by, approved_at)
    select id, id, 1, 'original', 'approved', amount, amount, 'customer', at from numbers;
insert into payments (id, booking_id, amount, method, status, confirmed_at, confirmed_by, created_at)
    select id, id, amount, method, case when n < 200 then 'pending' when n % 97 = 0 then 'failed' else 'confirmed' end,
           case when n >= 200 and n % 97 <> 0 then at + interval '1 day' end, case when n >= 200 and n % 97 <> 0 then person end, at + interval '1 hour'
    from numbers, ours where phase = 'completed' or n < 200;
insert into jobs (id, kind, state, address, window_start, window_end, expected_minutes, assigned_at, created_at)
    select id, 'jump-start', case when phase = 'completed' then 'done' when n <= 40 then 'open' when n <= 120 then 'en_route' else 'cancelled' end, address,
           at, at + interval '1 hour', 30, case when phase = 'completed' then at end, at
    from numbers where phase <> 'pending';
insert into job_bookings (job_id, booking_id) select id, id from numbers where phase <> 'pending';
insert into assignments (id, job_id, provider_id, state, assigned_by, assigned_at, ended_at)
    select id, id, providers[1 + n % cardinality(providers)], 'ended', 'system', at, at + interval '1 hour' from numbers, ours where phase = 'completed';
insert into earnings (id, booking_id, provider_id, job_id, base_amount, commission_type, commission_rate, amount, status, earned_at)
    select id, id, providers[1 + n % cardinality(providers)], id, amount, 'percentage', 7000, amount * 7 / 10, case when n < 2000 then 'pending' else 'paid_out' end, at
    from numbers, ours where phase = 'completed';
insert into payouts (id, provider_id, status, total_amount, created_by, created_at, paid_at, paid_by)
    select id, providers[1 + n % cardinality(providers)], case when n > 5000 then 'paid' else 'pending' end, amount * 35, person, at,
           case when n > 5000 then at end, case when n > 5000 then person end
    from numbers, ours where n % 50 = 0 and n >= 2000;
insert into payout_items (payout_id, earning_id, amount)
    select p.id, e.id, e.amount from numbers n join payouts p on p.id = n.id
    join numbers m on (m.n + 49) / 50 = n.n / 50 join earnings e on e.id = m.id where n.n % 50 = 0;
insert into audit_log (id, actor, action, object, object_id, changes, address, at)
    select gen_random_uuid(), case when n % 9 = 0 then 'user:' || person else 'guest' end,
           case when n % 50 = 0 then ('{sign_in,export,sign_out,locked_out}'::text[])[1 + n / 50 % 4] when n % 3 = 0 then 'insert' else 'update' end,
           case when n % 50 = 0 then null else ('{bookings,payments,jobs,quotes,customers,users}'::text[])[1 + n % 6] end,
           case when n % 50 = 0 then null else id end, '{"phase": ["confirmed", "dispatched"]}', '203.0.113.' || n % 250, at
    from numbers, ours;

select pg_temp.end_filling();
