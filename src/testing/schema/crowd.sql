-- A tenant that fills the tables its neighbours share: $many rows in each.
select set_config('app.tenant_id', '$tenant', false);
select pg_temp.begin_filling('{customers,bookings,booking_events,quotes,payments,earnings,jobs,job_bookings,offers,assignments,payouts,audit_log,services,prices,service_rules,staff_alerts,booking_people,reservations,slots,slot_claims,job_sightings}');

create temporary table numbers as
    select n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, $many) n;
create temporary table one as
    select (select id from services limit 1) as service, (select id from providers where name <> 'x' limit 1) as provider,
           (select id from users limit 1) as person, (select vertical from services limit 1) as vertical;

insert into customers (id, name, phone) select id, 'Customer ' || n, '+1205' || lpad(n::text, 7, '0') from numbers;
insert into bookings (id, reference, customer_id, service_id, phase, contact_name, contact_phone, address, location_source, payment_method,
                      completed_at, created_at)
    select id, 'MC-' || translate(lpad(to_hex(n), 6, '0'), '0123456789abcdef', '23456789ACDEFGHJ'), id, service, 'completed', 'Customer ' || n % 1000, '+1205' || lpad(n::text, 7, '0'),
           'Somewhere', 'address', 'cash', app.now(), app.now() - n * interval '1 minute' from numbers, one;
insert into booking_events (id, booking_id, kind, phase, actor) select id, id, 'booked', 'confirmed', 'customer' from numbers;
insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, approved_by, approved_at)
    select id, id, 1, 'original', 'approved', 100, 100, 'customer', app.now() from numbers;
insert into payments (id, booking_id, amount, method, status, confirmed_at, created_at)
    select id, id, 100, 'cash', 'confirmed', app.now() - interval '1 year' - n * interval '1 minute', app.now() - n * interval '1 minute' from numbers;
insert into earnings (id, booking_id, provider_id, base_amount, commission_type, commission_rate, amount, status)
    select id, id, provider, 100, 'percentage', 7000, 70, 'paid_out' from numbers, one;
insert into jobs (id, kind, state, address, latitude, longitude, window_start, window_end, expected_minutes, is_published, vertical,
                  dispatching, discover_within_meters, discover_until)
    select id, 'jump-start', case n % 4 when 0 then 'open' when 1 then 'cancelled' else 'done' end, 'Somewhere', 33.7, -84.3,
           app.now() - n * interval '1 minute', app.now(), 30, n % 4 < 3, vertical, case n % 4 when 0 then 'discover' else 'automatic' end,
           case n % 4 when 0 then 50000 end, case n % 4 when 0 then app.now() + n * interval '1 minute' end
    from numbers, one;
insert into job_sightings (job_id, provider_id, shown_at, hidden_at) select id, provider, app.now(), app.now() from numbers, one;
insert into job_bookings (job_id, booking_id) select id, id from numbers;
insert into offers (id, job_id, provider_id, state, distance_meters, travel_seconds, pay_amount, expires_at)
    select id, id, provider, 'declined', 1, 1, 1, app.now() from numbers, one;
insert into assignments (id, job_id, provider_id, state, assigned_by, ended_at)
    select id, id, provider, 'ended', 'system', app.now() from numbers, one;
insert into payouts (id, provider_id, status, total_amount, created_at, paid_at)
    select id, provider, 'paid', 70, app.now() - n * interval '1 minute', app.now() from numbers, one;
insert into audit_log (id, actor, action, object, object_id, changes, at)
    select id, 'user:' || person, case when n % 100 = 0 then 'sign_in' else 'update' end, case when n % 100 > 0 then 'bookings' end,
           case when n % 100 > 0 then id end, '{}', app.now() - n * interval '1 minute' from numbers, one;

insert into services (id, slug, vertical, category, name, description, provider_id, status, active)
    select id, 's-' || n, vertical, 'other', 'Service ' || n, '', provider, 'archived', false from numbers, one;
-- Fewer, but more than a page may read: each is compared with others, so that two aren't in force at once.
insert into prices (id, service_id, base_amount, effective_from) select id, id, 100, app.now() from numbers where n <= 20000;
insert into service_rules (service_id, notice_minutes) select id, 60 from numbers;
insert into staff_alerts (id, booking_id, kind, message, resolved_at, resolved_by) select id, id, 'no_provider', 'Nobody', app.now(), 'Sam' from numbers;
insert into booking_people (booking_id, position, name) select id, 1, 'Kim' from numbers;
insert into reservations (id, resource_id, starts_at, ends_at, booking_id, state)
    select n.id, r.id, app.now() - n * interval '1 hour', app.now() - n * interval '1 hour' + interval '30 minutes', n.id, 'released'
    from numbers n, one o, resources r where r.provider_id = o.provider;
insert into slots (id, service_id, purpose, starts_at, ends_at, capacity, taken)
    select id, service, 'start', app.now() - n * interval '1 hour', app.now(), 4, 1 from numbers, one;
insert into slot_claims (id, slot_id, booking_id, units) select id, id, id, 1 from numbers;

select pg_temp.end_filling();
analyze services, prices, service_rules, staff_alerts, booking_people, reservations, slots, slot_claims, job_sightings,
        payouts, audit_log, customers, bookings, booking_events, quotes, payments, earnings, jobs, job_bookings, offers, assignments;
