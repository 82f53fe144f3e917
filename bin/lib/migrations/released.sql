-- A business of the last release, with rows as that program wrote them. Run as the owner, on the schema of that release.
create function pg_temp.id(name text) returns uuid language sql as $$ select md5('released ' || name)::uuid $$;
create function pg_temp.ago(minutes integer) returns timestamptz language sql as $$ select now() - make_interval(mins => minutes) $$;

insert into platform.tenants (id, slug, name, zone, currency, locale, region, reference_prefix, phone, email, latitude, longitude, verticals, settings)
values (pg_temp.id('tenant'), 'released-towing', 'Released Towing', 'America/Chicago', 'USD', 'en-US', 'US', 'RT', '+12055550100', 'hello@released.example',
        33.5, -86.8, '{roadside}', '{"tax_basis_points": 1000}');
insert into platform.hosts (host, tenant_id) values ('released-towing.localhost', pg_temp.id('tenant'));
update platform.tenants set primary_host = 'released-towing.localhost' where id = pg_temp.id('tenant');
select set_config('app.tenant_id', pg_temp.id('tenant')::text, false);

-- People.
insert into users (id, email, name, roles) values
    (pg_temp.id('boss'), 'boss@released.example', 'Bea Boss', '{customer,staff,admin}'),
    (pg_temp.id('ada user'), 'ada@released.example', 'Ada Lake', '{customer,provider}');
insert into customers (id, name, email, phone) values (pg_temp.id('dana'), 'Dana Reed', 'dana@released.example', '+12055550123');
insert into customer_vehicles (id, customer_id, year, make, model, color, plate) values (pg_temp.id('car'), pg_temp.id('dana'), 2019, 'Honda', 'Civic', 'Blue', 'ABC 123');
insert into providers (id, user_id, name, email, phone, status, commission_type, commission_rate, flat_fee_amount, latitude, longitude) values
    (pg_temp.id('ada'), pg_temp.id('ada user'), 'Ada Lake', 'ada@released.example', '+12055550111', 'active', 'percentage', 7000, null, 33.5, -86.8),
    (pg_temp.id('ben'), null, 'Ben Ray', 'ben@released.example', '+12055550112', 'active', 'flat_per_job', 0, 5000, 33.6, -86.7);
insert into provider_skills (provider_id, skill) values (pg_temp.id('ada'), 'towing'), (pg_temp.id('ada'), 'jump-start'), (pg_temp.id('ben'), 'jump-start');
insert into resources (id, kind, name, provider_id) values (pg_temp.id('ada time'), 'provider', 'Ada Lake', pg_temp.id('ada'));

-- A tow whose price changed once, a jump start, and a service that is switched off.
insert into services (id, slug, vertical, category, name, description, asks_destination, active) values
    (pg_temp.id('towing'), 'towing', 'roadside', 'roadside', 'Towing', 'To any address.', true, true),
    (pg_temp.id('jump-start'), 'jump-start', 'roadside', 'roadside', 'Jump start', 'A booster.', false, true),
    (pg_temp.id('lockout'), 'lockout', 'roadside', 'roadside', 'Lockout', 'Doors.', false, false);
insert into prices (id, service_id, base_amount, per_mile_amount, effective_from, effective_to) values
    (pg_temp.id('tow before'), pg_temp.id('towing'), 9000, 300, pg_temp.ago(90000), pg_temp.ago(50000)),
    (pg_temp.id('tow now'), pg_temp.id('towing'), 9500, 400, pg_temp.ago(50000), null),
    (pg_temp.id('jump now'), pg_temp.id('jump-start'), 8000, null, pg_temp.ago(90000), null);

-- One booking of each kind: a tow that is done, a late cancellation, a tow under way, one whose place isn't known, and one that is offered.
insert into bookings (id, reference, customer_id, service_id, phase, waits_for, expires_at, contact_name, contact_phone, contact_email, address, location_source,
                      latitude, longitude, payment_method, cancelled_by, cancellation_reason, cancellation_fee, created_at, completed_at, cancelled_at)
select pg_temp.id(name), reference, pg_temp.id('dana'), pg_temp.id(service), phase, waits_for, case phase when 'pending' then now() + interval '1 hour' end,
       'Dana Reed', '+12055550123', 'dana@released.example', 'Railroad Park', case phase when 'pending' then 'address' else 'pin' end,
       case when phase <> 'pending' then 33.5 end, case when phase <> 'pending' then -86.8 end, method,
       case phase when 'cancelled' then 'customer' end, case phase when 'cancelled' then 'It started again.' end, case phase when 'cancelled' then 3500 end,
       pg_temp.ago(asked), case phase when 'completed' then pg_temp.ago(asked - 60) end, case phase when 'cancelled' then pg_temp.ago(asked - 30) end
from (values
    ('done', 'RT-DDDDD2', 'towing', 'completed', null, 'cash', 9000),
    ('late', 'RT-LLLLL2', 'jump-start', 'cancelled', null, 'zelle', 8000),
    ('tow', 'RT-TTTTT2', 'towing', 'dispatched', null, 'cash', 40),
    ('lost', 'RT-LLLLL3', 'towing', 'pending', 'location', 'cash', 30),
    ('offered', 'RT-FFFFF2', 'jump-start', 'confirmed', null, 'cash', 20)) as booked (name, reference, service, phase, waits_for, method, asked);
insert into booking_events (id, booking_id, kind, phase, actor, occurred_at)
select gen_random_uuid(), pg_temp.id(booking), kind, phase, 'system', pg_temp.ago(minutes)
from (values
    ('done', 'booked', 'confirmed', 9000), ('done', 'dispatched', 'dispatched', 8990), ('done', 'started', 'in_progress', 8960),
    ('done', 'completed', 'completed', 8940),
    ('late', 'booked', 'confirmed', 8000), ('late', 'dispatched', 'dispatched', 7990), ('late', 'cancelled', 'cancelled', 7970),
    ('tow', 'booked', 'confirmed', 40), ('tow', 'dispatched', 'dispatched', 35), ('tow', 'en_route', 'dispatched', 30),
    ('lost', 'booked', 'pending', 30), ('offered', 'booked', 'confirmed', 20)) as told (booking, kind, phase, minutes);
insert into roadside_bookings (booking_id, vehicle_year, vehicle_make, vehicle_model, vehicle_color, vehicle_plate, destination_address, destination_latitude,
                               destination_longitude, estimated_miles, actual_miles)
select b.id, 2019, 'Honda', 'Civic', 'Blue', 'ABC 123', case when s.asks_destination then '1 Crestwood Blvd' end, case when s.asks_destination then 33.53 end,
       case when s.asks_destination then -86.7 end, case when s.asks_destination then 100 end, case b.phase when 'completed' then 80 end
from bookings b join services s on s.id = b.service_id;
insert into staff_alerts (id, booking_id, kind, message) values (gen_random_uuid(), pg_temp.id('lost'), 'location', 'Where is it?');

-- What was agreed. The miles that were driven were fewer than estimated, and the fee replaces the price.
insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, approved_by, approved_at)
select pg_temp.id(booking || ' ' || version), pg_temp.id(booking), version, kind, state, total, case kind when 'adjustment' then 0 else total end, 'customer', now()
from (values
    ('done', 1, 'original', 'approved', 14850), ('done', 2, 'adjustment', 'approved', -880), ('late', 1, 'original', 'void', 8800),
    ('late', 2, 'cancellation', 'approved', 3500), ('tow', 1, 'original', 'approved', 14850), ('lost', 1, 'original', 'approved', 14850),
    ('offered', 1, 'original', 'approved', 8800)) as agreed (booking, version, kind, state, total);
insert into quote_lines (id, quote_id, position, kind, label, quantity, unit_amount, amount)
select gen_random_uuid(), pg_temp.id(quote), position, kind, kind, quantity, unit_amount, amount
from (values
    ('done 1', 1, 'service', 1000, 9500, 9500), ('done 1', 2, 'mileage', 10000, 400, 4000), ('done 1', 3, 'tax', 1000, 1350, 1350),
    ('done 2', 1, 'mileage', 1000, -800, -800), ('done 2', 2, 'tax', 1000, -80, -80),
    ('late 1', 1, 'service', 1000, 8000, 8000), ('late 1', 2, 'tax', 1000, 800, 800), ('late 2', 1, 'cancellation_fee', 1000, 3500, 3500),
    ('tow 1', 1, 'service', 1000, 9500, 9500), ('tow 1', 2, 'mileage', 10000, 400, 4000), ('tow 1', 3, 'tax', 1000, 1350, 1350),
    ('lost 1', 1, 'service', 1000, 9500, 9500), ('lost 1', 2, 'mileage', 10000, 400, 4000), ('lost 1', 3, 'tax', 1000, 1350, 1350),
    ('offered 1', 1, 'service', 1000, 8000, 8000), ('offered 1', 2, 'tax', 1000, 800, 800))
    as lines (quote, position, kind, quantity, unit_amount, amount);

-- Who does the work.
insert into jobs (id, kind, state, address, latitude, longitude, window_start, window_end, expected_minutes, dispatch_at, created_at, assigned_at, promised_at,
                  en_route_at, arrived_at, started_at, ended_at)
values
    (pg_temp.id('done job'), 'towing', 'done', 'Railroad Park', 33.5, -86.8, pg_temp.ago(9000), pg_temp.ago(8900), 60, null, pg_temp.ago(9000),
     pg_temp.ago(8990), pg_temp.ago(8960), pg_temp.ago(8985), pg_temp.ago(8965), pg_temp.ago(8960), pg_temp.ago(8940)),
    (pg_temp.id('late job'), 'jump-start', 'cancelled', 'Railroad Park', 33.5, -86.8, pg_temp.ago(8000), pg_temp.ago(7900), 30, null, pg_temp.ago(8000),
     pg_temp.ago(7990), pg_temp.ago(7960), null, null, null, pg_temp.ago(7970)),
    (pg_temp.id('tow job'), 'towing', 'en_route', 'Railroad Park', 33.5, -86.8, pg_temp.ago(40), pg_temp.ago(-60), 60, null, pg_temp.ago(40),
     pg_temp.ago(35), pg_temp.ago(-10), pg_temp.ago(30), null, null, null),
    (pg_temp.id('offered job'), 'jump-start', 'offered', 'Railroad Park', 33.5, -86.8, pg_temp.ago(20), pg_temp.ago(-60), 30, pg_temp.ago(-1), pg_temp.ago(20),
     null, null, null, null, null, null);
insert into job_bookings (job_id, booking_id)
select pg_temp.id(name || ' job'), pg_temp.id(name) from unnest('{done,late,tow,offered}'::text[]) as name;
insert into offers (id, job_id, provider_id, state, distance_meters, travel_seconds, pay_amount, offered_at, expires_at, answered_at) values
    (pg_temp.id('accepted'), pg_temp.id('done job'), pg_temp.id('ada'), 'accepted', 3000, 300, 9450, pg_temp.ago(8991), pg_temp.ago(8989), pg_temp.ago(8990)),
    (pg_temp.id('asked'), pg_temp.id('offered job'), pg_temp.id('ben'), 'pending', 9000, 900, 5000, pg_temp.ago(1), pg_temp.ago(-1), null);
insert into assignments (id, job_id, provider_id, offer_id, state, assigned_by, assigned_at, ended_at, end_reason) values
    (pg_temp.id('done by ada'), pg_temp.id('done job'), pg_temp.id('ada'), pg_temp.id('accepted'), 'ended', 'provider', pg_temp.ago(8990), pg_temp.ago(8940), null),
    (pg_temp.id('late by ada'), pg_temp.id('late job'), pg_temp.id('ada'), null, 'ended', 'staff', pg_temp.ago(7990), pg_temp.ago(7970), 'The customer cancelled'),
    (pg_temp.id('tow by ada'), pg_temp.id('tow job'), pg_temp.id('ada'), null, 'under_way', 'system', pg_temp.ago(35), null, null);
insert into reservations (id, resource_id, starts_at, ends_at, job_id, state) values
    (gen_random_uuid(), pg_temp.id('ada time'), pg_temp.ago(9000), pg_temp.ago(8940), pg_temp.id('done job'), 'released'),
    (gen_random_uuid(), pg_temp.id('ada time'), pg_temp.ago(35), pg_temp.ago(-60), pg_temp.id('tow job'), 'held');
insert into dispatch_decisions (id, job_id, provider_id, algorithm, reason, decided_by)
values (gen_random_uuid(), pg_temp.id('done job'), pg_temp.id('ada'), 'auto', 'nearest', 'system');

-- Money: one charge for each booking that is over. The provider's share of a late cancellation was stored as work.
insert into payments (id, booking_id, amount, method, status, received_by, confirmed_at, confirmed_by) values
    (pg_temp.id('done payment'), pg_temp.id('done'), 13970, 'cash', 'confirmed', pg_temp.id('ada'), pg_temp.ago(8000), pg_temp.id('boss')),
    (pg_temp.id('late payment'), pg_temp.id('late'), 3500, 'zelle', 'pending', null, null, null);
insert into earnings (id, booking_id, provider_id, job_id, base_amount, commission_type, commission_rate, amount, status) values
    (pg_temp.id('done share'), pg_temp.id('done'), pg_temp.id('ada'), pg_temp.id('done job'), 12700, 'percentage', 7000, 8890, 'paid_out'),
    (pg_temp.id('late share'), pg_temp.id('late'), pg_temp.id('ada'), pg_temp.id('late job'), 3500, 'percentage', 7000, 2450, 'pending');
insert into payouts (id, provider_id, status, total_amount, paid_at, paid_by)
values (pg_temp.id('payout'), pg_temp.id('ada'), 'paid', 8890, pg_temp.ago(7000), pg_temp.id('boss'));
insert into payout_items (payout_id, earning_id, amount) values (pg_temp.id('payout'), pg_temp.id('done share'), 8890);
insert into postings (id, key, kind, occurred_at)
select pg_temp.id(key), key || ':' || pg_temp.id(subject), key, pg_temp.ago(minutes)
from (values ('charge', 'done', 8940), ('payment', 'done payment', 8000), ('payout', 'payout', 7000), ('cancellation_fee', 'late', 7970))
    as posted (key, subject, minutes);
insert into postings (id, key, kind) values
    (pg_temp.id('earning 1'), 'earning:' || pg_temp.id('done share'), 'earning'), (pg_temp.id('earning 2'), 'earning:' || pg_temp.id('late share'), 'earning');
insert into ledger_rows (posting_id, position, from_account, to_account, amount) values
    (pg_temp.id('charge'), 1, 'customer:' || pg_temp.id('done'), 'revenue', 13970),
    (pg_temp.id('payment'), 1, 'cash', 'customer:' || pg_temp.id('done'), 13970),
    (pg_temp.id('earning 1'), 1, 'revenue', 'provider:' || pg_temp.id('ada'), 8890),
    (pg_temp.id('payout'), 1, 'provider:' || pg_temp.id('ada'), 'bank', 8890),
    (pg_temp.id('cancellation_fee'), 1, 'customer:' || pg_temp.id('late'), 'revenue', 3500),
    (pg_temp.id('earning 2'), 1, 'revenue', 'provider:' || pg_temp.id('ada'), 2450);
insert into reviews (id, booking_id, provider_id, customer_id, rating) values (gen_random_uuid(), pg_temp.id('done'), pg_temp.id('ada'), pg_temp.id('dana'), 5);

insert into notifications (id, channel, kind, status, sent_at) values (gen_random_uuid(), 'email', 'booked', 'sent', pg_temp.ago(8999));
select app.enqueue('sweep', 'null', now() + interval '1 hour');
