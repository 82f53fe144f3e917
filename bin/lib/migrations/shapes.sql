-- Rows of the shapes that a demo of roadside assistance doesn't have, in one of its tenants: every table and column that migrations added since the release
-- holds something else than its default. Run as the owner, on the newest schema with the demo. The rows obey the laws of `wayside check`.
--
-- Not here, because going down past 42 refuses it: one provider who did two jobs of one booking, whose price has a single line. The older key of `earnings`
-- has no place for the second share.
create function pg_temp.id(name text) returns uuid language sql as $$ select md5('shape ' || name)::uuid $$;
create function pg_temp.ago(minutes integer) returns timestamptz language sql as $$ select now() - make_interval(mins => minutes) $$;
create function pg_temp.ahead(days integer) returns timestamptz language sql as $$ select now() + make_interval(days => days) $$;
select set_config('app.tenant_id', id::text, false) from platform.tenants where slug = 'magic-city-tow';
update platform.tenants set tax_rate = 8875, settings = settings || '{"tax_basis_points": 887}' where id = app.current_tenant();

-- Three providers: one has a flat fee, and one is on hold.
insert into providers (id, name, email, phone, status, commission_type, commission_rate, flat_fee_amount, held_until, held_reason) values
    (pg_temp.id('lea'), 'Lea Lead', 'lea@shapes.example', '+12055550191', 'active', 'percentage', 7000, null, null, null),
    (pg_temp.id('bo'), 'Bo Back', 'bo@shapes.example', '+12055550192', 'active', 'percentage', 7000, null, null, null),
    (pg_temp.id('cy'), 'Cy Calm', 'cy@shapes.example', '+12055550193', 'active', 'flat_per_job', 0, 4000, pg_temp.ahead(7), 'Two complaints in a week.');
insert into resources (id, kind, name, provider_id) values
    (pg_temp.id('time of lea'), 'provider', 'Lea Lead', pg_temp.id('lea')), (pg_temp.id('time of bo'), 'provider', 'Bo Back', pg_temp.id('bo')),
    (pg_temp.id('time of cy'), 'provider', 'Cy Calm', pg_temp.id('cy')), (pg_temp.id('driveway'), 'driveway', 'Driveway', null);
insert into users (id, email, name, roles) values (pg_temp.id('staff'), 'staff@shapes.example', 'Stan Staff', '{staff}');
insert into customers (id, name, phone) values (pg_temp.id('customer'), 'Fleet desk', '+12055550190');

-- The business's long service with options and rules, one of a provider in review and one that was suspended.
insert into services (id, slug, vertical, category, name, description, expected_minutes, options, provider_id, resource_id, status, status_reason, status_changed_at)
values
    (pg_temp.id('tour'), 'shape-tour', 'roadside', 'roadside', rpad('Tour', 120, ' along the river'), rpad('Long', 4000, ' and longer'), 4320,
     '{"asks_destination": true}', null, null, 'active', null, null),
    (pg_temp.id('stay'), 'shape-stay', 'roadside', 'roadside', 'Stay', 'A driveway.', 30, '{}', pg_temp.id('lea'), pg_temp.id('driveway'), 'in_review', null, now()),
    (pg_temp.id('ride'), 'shape-ride', 'roadside', 'roadside', 'Ride', 'A ride.', 30, '{}', pg_temp.id('bo'), null, 'suspended', 'No licence.', now());
insert into service_rules (service_id, notice_minutes, horizon_days, min_minutes, max_minutes, min_units, max_units, instant, answer_minutes, cancellation,
                           prepare_minutes, clean_up_minutes, step_minutes, most_per_day, needs_hours, checks_free)
values (pg_temp.id('tour'), 120, 365, 60, 4320, 2, 12, false, 60, '[{"minutes_before": 2880, "refund": 10000}, {"minutes_before": 0, "refund": 5000}]',
        15, 30, 60, 4, true, true);

-- Hours of the business, of a provider and of a service; a mower in the workshop; what the tour takes along; and how its places are made.
insert into opening_rules (id, resource_id, service_id, kind, first_day, starts_minute, minutes, recurrence, last_day, reason, note, created_by) values
    (gen_random_uuid(), null, null, 'weekly', '2026-01-05', 480, 540, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', null, null, null, null),
    (gen_random_uuid(), null, null, 'holiday', '2026-12-25', 0, 1440, null, '2026-12-25', 'other', 'Christmas', pg_temp.id('staff')),
    (gen_random_uuid(), pg_temp.id('time of lea'), null, 'time_off', '2026-12-01', 0, 7200, null, '2026-12-05', 'vacation', 'By the sea', pg_temp.id('staff')),
    (gen_random_uuid(), null, pg_temp.id('tour'), 'special_hours', '2026-12-06', 420, 300, null, '2026-12-06', null, null, pg_temp.id('staff'));
insert into resources (id, kind, category, name, state, state_changed_at, meter, upkeep_due_on, upkeep_due_meter, notes) values
    (pg_temp.id('mower'), 'equipment', 'ride-on mower', 'John Deere Z925', 'upkeep', pg_temp.ago(60), 1200, '2026-12-20', 1500, 'The left belt slips.');
insert into resource_upkeep (id, resource_id, done_on, what, notes, cost_amount, meter, created_by)
values (gen_random_uuid(), pg_temp.id('mower'), '2026-10-01', 'Oil change', 'Next in spring.', 4500, 1100, pg_temp.id('staff'));
insert into service_needs (service_id, kind, category, units) values (pg_temp.id('tour'), 'equipment', 'ride-on mower', 2);
insert into slot_plans (id, service_id, purpose, capacity, min_units, decide_minutes, minutes, ahead_days, made_until)
values (gen_random_uuid(), pg_temp.id('tour'), 'start', 12, 4, 1440, 90, 30, '2026-12-31');
insert into slot_plans (id, resource_id, purpose, capacity) values (gen_random_uuid(), pg_temp.id('driveway'), 'day', 1);

-- Prices by line, class, unit and number; some begin on a later day.
insert into prices (id, service_id, line, vehicle_class, unit, min_units, max_units, base_amount, effective_from, effective_to) values
    (gen_random_uuid(), pg_temp.id('tour'), 'service', 'any', 'job', 1, null, 9000, pg_temp.ago(9000), null),
    (gen_random_uuid(), pg_temp.id('tour'), 'service', 'heavy', 'job', 1, null, 12000, pg_temp.ago(9000), null),
    (gen_random_uuid(), pg_temp.id('tour'), 'service', 'any', 'person', 1, 4, 5000, pg_temp.ago(9000), null),
    (gen_random_uuid(), pg_temp.id('tour'), 'service', 'any', 'person', 5, 12, 4000, pg_temp.ago(9000), pg_temp.ahead(30)),
    (gen_random_uuid(), pg_temp.id('tour'), 'service', 'any', 'person', 5, 12, 4500, pg_temp.ahead(30), null),
    (gen_random_uuid(), pg_temp.id('tour'), 'mileage', 'any', 'km', 1, null, 200, pg_temp.ago(9000), null),
    (gen_random_uuid(), pg_temp.id('tour'), 'platform_fee', 'any', 'job', 1, null, 300, pg_temp.ago(9000), null),
    (pg_temp.id('mile now'), pg_temp.id('tour'), 'mileage', 'any', 'mile', 1, null, 400, pg_temp.ago(9000), pg_temp.ahead(30));
insert into prices (id, service_id, line, unit, base_amount, effective_from)
values (pg_temp.id('mile later'), pg_temp.id('tour'), 'mileage', 'mile', 500, pg_temp.ahead(30));

-- Bookings: a request, one that an account pays, one that providers take themselves, two that join a published job, one that is done, and two without a job.
insert into bookings (id, reference, customer_id, service_id, phase, waits_for, expires_at, contact_name, contact_phone, address, location_source, latitude,
                      longitude, scheduled_at, ends_at, units, payment_method, sealed_access_token, billed_to, purchase_order, hides_price, priority, refund_tiers,
                      cancelled_by, cancellation_fee, created_at, completed_at, cancelled_at)
select pg_temp.id(name), reference, pg_temp.id('customer'), pg_temp.id('tour'), phase, case phase when 'pending' then 'approval' end,
       case phase when 'pending' then pg_temp.ahead(1) end, 'Fleet desk', '+12055550190', 'Railroad Park', 'pin', 33.5, -86.8, scheduled_at, scheduled_at + interval '1 day',
       3, 'cash', '\x01', case name when 'account' then 'Fleet Inc.' end, case name when 'account' then 'PO 7' end, name = 'account', name = 'account',
       case name when 'request' then '[{"minutes_before": 2880, "refund": 10000}]'::jsonb end, case phase when 'cancelled' then 'customer' end,
       case phase when 'cancelled' then 2000 end, pg_temp.ago(3000), case phase when 'completed' then pg_temp.ago(1000) end,
       case phase when 'cancelled' then pg_temp.ago(1000) end
from (values
    ('request', 'MC-SHAPE2', 'pending', pg_temp.ahead(3)), ('account', 'MC-SHAPE3', 'dispatched', pg_temp.ahead(3)),
    ('discovered', 'MC-SHAPE4', 'confirmed', pg_temp.ahead(5)), ('seat', 'MC-SHAPE5', 'confirmed', pg_temp.ahead(6)),
    ('other seat', 'MC-SHAPE6', 'confirmed', pg_temp.ahead(6)), ('done', 'MC-SHAPE7', 'completed', pg_temp.ago(2000)),
    ('cancelled', 'MC-SHAPE8', 'cancelled', pg_temp.ahead(7)), ('stayed', 'MC-SHAPE9', 'completed', pg_temp.ago(2000)))
    as booked (name, reference, phase, scheduled_at);
insert into booking_events (id, booking_id, kind, phase, actor, occurred_at)
select gen_random_uuid(), pg_temp.id(booking), kind, phase, 'staff', pg_temp.ago(minutes)
from (values
    ('request', 'booked', 'pending', 3000), ('account', 'booked', 'confirmed', 3000), ('account', 'dispatched', 'dispatched', 2900),
    ('discovered', 'booked', 'confirmed', 3000), ('seat', 'booked', 'confirmed', 3000), ('other seat', 'booked', 'confirmed', 3000),
    ('done', 'booked', 'confirmed', 3000), ('done', 'dispatched', 'dispatched', 2900), ('done', 'started', 'in_progress', 2000), ('done', 'completed', 'completed', 1000),
    ('cancelled', 'booked', 'confirmed', 3000), ('cancelled', 'cancelled', 'cancelled', 1000), ('stayed', 'booked', 'confirmed', 3000),
    ('stayed', 'started', 'in_progress', 2000), ('stayed', 'completed', 'completed', 1000)) as told (booking, kind, phase, minutes);
insert into booking_people (booking_id, position, name, phone, age) values
    (pg_temp.id('request'), 1, 'Ann Able', '+12055550194', 41), (pg_temp.id('request'), 2, 'Abe Able', null, 7);
insert into staff_alerts (id, booking_id, kind, message) values (gen_random_uuid(), pg_temp.id('discovered'), 'nobody', 'Nobody has taken it.');
insert into notifications (id, channel, kind, status, sent_at, booking_id, deed_id)
values (gen_random_uuid(), 'email', 'booked', 'sent', pg_temp.ago(2999), pg_temp.id('request'), pg_temp.id('request'));

-- Versions of their prices in every state. What is done was charged twice, and the fee takes back what was charged before.
insert into quotes (id, booking_id, version, kind, state, total_amount, ceiling_amount, included_tax_amount, kept_fee_amount, approved_by, approved_at, description,
                    offered_by, expires_at, decided_at, decline_reason, charged_at, tax_rate, tax_included)
select pg_temp.id(booking || ' ' || version), pg_temp.id(booking), version, kind, state, total, total, included_tax, kept_fee, case state when 'approved' then 'Fleet desk' end,
       case state when 'approved' then pg_temp.ago(2999) end, case when version > 1 then 'More work' end, case when version > 1 then 'Stan Staff' end,
       case state when 'proposed' then pg_temp.ahead(1) end, case when state <> 'proposed' and version > 1 then pg_temp.ago(2000) end,
       case state when 'rejected' then 'Too much.' end, case when is_charged then pg_temp.ago(1000) end, case when included_tax > 0 then 10000 end,
       case when included_tax > 0 then true end
from (values
    ('request', 1, 'original', 'approved', 9000, 816, 0, false), ('account', 1, 'original', 'approved', 9000, 0, 0, false),
    ('account', 2, 'extension', 'proposed', 1000, 0, 0, false), ('account', 3, 'extension', 'rejected', 1000, 0, 0, false),
    ('account', 4, 'extension', 'expired', 1000, 0, 0, false), ('account', 5, 'overstay', 'void', 1000, 0, 0, false),
    ('account', 6, 'extension', 'approved', 1000, 0, 0, false),
    ('discovered', 1, 'original', 'approved', 9000, 0, 0, false), ('seat', 1, 'original', 'approved', 9000, 0, 0, false),
    ('other seat', 1, 'original', 'approved', 9000, 0, 0, false), ('done', 1, 'original', 'approved', 9000, 0, 500, true),
    ('done', 2, 'extension', 'approved', 2000, 0, 0, true), ('cancelled', 1, 'original', 'approved', 9000, 0, 0, true),
    ('cancelled', 2, 'cancellation', 'approved', -7000, 0, 0, true), ('stayed', 1, 'original', 'approved', 5000, 0, 0, true))
    as agreed (booking, version, kind, state, total, included_tax, kept_fee, is_charged);
insert into quote_lines (id, quote_id, position, kind, label, quantity, unit, unit_amount, amount)
select gen_random_uuid(), id, 1, case kind when 'original' then 'service' when 'cancellation' then 'adjustment' else 'extension' end, 'Tour', 1000, 'day',
       case kind when 'cancellation' then -9000 else total_amount end, case kind when 'cancellation' then -9000 else total_amount end
from quotes where booking_id in (select id from bookings where customer_id = pg_temp.id('customer'));
insert into quote_lines (id, quote_id, position, kind, label, quantity, unit, unit_amount, amount)
values (gen_random_uuid(), pg_temp.id('cancelled 2'), 2, 'cancellation_fee', 'Cancelled late', 1000, 'job', 2000, 2000);

-- Jobs: for a crew of three, to be discovered, published with and without bookings, and done by two.
insert into jobs (id, kind, vertical, state, address, latitude, longitude, window_start, window_end, expected_minutes, staff_needed, dispatching, search_from,
                  discover_within_meters, discover_until, is_published, dispatch_at, created_at, assigned_at, promised_at, en_route_at, arrived_at, started_at,
                  reached_at, ended_at)
select pg_temp.id(name), 'tour', 'roadside', state, 'Railroad Park', 33.5, -86.8, starts_at, starts_at + interval '1 hour', 60, staff_needed, dispatching,
       case name when 'crew job' then pg_temp.ahead(2) end, case dispatching when 'discover' then 20000 end, case dispatching when 'discover' then pg_temp.ahead(4) end,
       is_published, case dispatching when 'discover' then pg_temp.ahead(4) end, pg_temp.ago(3000), case when state in ('assigned', 'done') then pg_temp.ago(2900) end,
       case when state in ('assigned', 'done') then starts_at end, case state when 'done' then pg_temp.ago(2100) end, case state when 'done' then pg_temp.ago(2050) end,
       case state when 'done' then pg_temp.ago(2000) end, case state when 'done' then pg_temp.ago(1100) end, case state when 'done' then pg_temp.ago(1000) end
from (values
    ('crew job', 'assigned', pg_temp.ahead(3), 3, 'by_hand', false), ('discovered job', 'open', pg_temp.ahead(5), 1, 'discover', false),
    ('shared job', 'open', pg_temp.ahead(6), 1, 'automatic', true), ('empty job', 'open', pg_temp.ahead(8), 1, 'by_hand', true),
    ('done job', 'done', pg_temp.ago(2000), 2, 'automatic', false)) as jobs (name, state, starts_at, staff_needed, dispatching, is_published);
insert into job_bookings (job_id, booking_id) values
    (pg_temp.id('crew job'), pg_temp.id('account')), (pg_temp.id('discovered job'), pg_temp.id('discovered')), (pg_temp.id('shared job'), pg_temp.id('seat')),
    (pg_temp.id('shared job'), pg_temp.id('other seat')), (pg_temp.id('done job'), pg_temp.id('done'));
insert into job_sightings (job_id, provider_id, shown_at, viewed_at, hidden_at, taken_at) values
    (pg_temp.id('discovered job'), pg_temp.id('lea'), pg_temp.ago(60), null, null, null),
    (pg_temp.id('discovered job'), pg_temp.id('bo'), pg_temp.ago(60), pg_temp.ago(50), pg_temp.ago(49), null),
    (pg_temp.id('done job'), pg_temp.id('lea'), pg_temp.ago(2990), pg_temp.ago(2980), null, pg_temp.ago(2900));
insert into offers (id, job_id, provider_id, state, distance_meters, travel_seconds, pay_amount, commission_type, commission_rate, flat_fee_amount, offered_at,
                    seen_at, expires_at, answered_at)
values (gen_random_uuid(), pg_temp.id('discovered job'), pg_temp.id('cy'), 'declined', 5000, 500, 4000, 'flat_per_job', 0, 4000, pg_temp.ago(100), pg_temp.ago(99),
        pg_temp.ago(98), pg_temp.ago(98));
insert into assignments (id, job_id, provider_id, state, leads, commission_type, commission_rate, flat_fee_amount, assigned_by, assigned_at, ended_at) values
    (gen_random_uuid(), pg_temp.id('crew job'), pg_temp.id('lea'), 'held', true, 'percentage', 7000, null, 'staff', pg_temp.ago(2900), null),
    (gen_random_uuid(), pg_temp.id('crew job'), pg_temp.id('bo'), 'held', false, 'percentage', 7000, null, 'staff', pg_temp.ago(2900), null),
    (gen_random_uuid(), pg_temp.id('crew job'), pg_temp.id('cy'), 'held', false, 'flat_per_job', 0, 4000, 'staff', pg_temp.ago(2900), null),
    (gen_random_uuid(), pg_temp.id('done job'), pg_temp.id('lea'), 'ended', true, 'percentage', 7000, null, 'provider', pg_temp.ago(2900), pg_temp.ago(1000)),
    (gen_random_uuid(), pg_temp.id('done job'), pg_temp.id('bo'), 'ended', false, 'percentage', 7000, null, 'provider', pg_temp.ago(2900), pg_temp.ago(1000));

-- What is held: the time of the crew, a driveway for a booking and for a block, and seats.
insert into blocks (id, reason, created_by) values (pg_temp.id('block'), 'Repairs', pg_temp.id('staff'));
insert into reservations (id, resource_id, starts_at, ends_at, job_id, booking_id, block_id, state)
select gen_random_uuid(), pg_temp.id(resource), starts_at, starts_at + interval '1 hour', pg_temp.id(job), pg_temp.id(booking), pg_temp.id(block), state
from (values
    ('time of lea', pg_temp.ahead(3), 'crew job', null, null, 'held'), ('time of bo', pg_temp.ahead(3), 'crew job', null, null, 'held'),
    ('time of cy', pg_temp.ahead(3), 'crew job', null, null, 'held'), ('driveway', pg_temp.ahead(3), null, 'account', null, 'held'),
    ('driveway', pg_temp.ahead(9), null, null, 'block', 'held'), ('driveway', pg_temp.ahead(9), null, 'account', null, 'conflicted'),
    ('time of lea', pg_temp.ago(2000), 'done job', null, null, 'released')) as held (resource, starts_at, job, booking, block, state);
insert into slots (id, job_id, purpose, starts_at, ends_at, capacity, min_units, decide_by, state, note) values
    (pg_temp.id('seats'), pg_temp.id('shared job'), 'seats', pg_temp.ahead(6), pg_temp.ahead(7), 8, 4, pg_temp.ahead(5), 'closed', 'Nobody more.');
insert into slots (id, service_id, purpose, starts_at, ends_at, capacity) values (gen_random_uuid(), pg_temp.id('tour'), 'start', pg_temp.ahead(8), pg_temp.ahead(9), 12);
insert into slots (id, resource_id, starts_at, ends_at, capacity) values (gen_random_uuid(), pg_temp.id('driveway'), pg_temp.ahead(8), pg_temp.ahead(9), 1);
insert into slot_claims (id, slot_id, booking_id, units) values
    (gen_random_uuid(), pg_temp.id('seats'), pg_temp.id('seat'), 3), (gen_random_uuid(), pg_temp.id('seats'), pg_temp.id('other seat'), 3);

-- Money. Lea keeps the cash of both charges of what is done, and shares in each with Bo. Bo earns without a job: a part of the fee for what was cancelled, whose
-- customer gets back the rest, and the whole stay.
insert into payments (id, booking_id, quote_id, amount, method, status, received_by, note, confirmed_at, confirmed_by)
select pg_temp.id(name), pg_temp.id(booking), pg_temp.id(quote), amount, method, status, case method when 'cash' then pg_temp.id('lea') end, note,
       case status when 'confirmed' then pg_temp.ago(900) end, case status when 'confirmed' then pg_temp.id('staff') end
from (values
    ('done paid', 'done', 'done 1', 9000, 'cash', 'confirmed', null), ('more paid', 'done', 'done 2', 2000, 'cash', 'confirmed', null),
    ('paid', 'cancelled', 'cancelled 1', 9000, 'zelle', 'confirmed', null), ('given back', 'cancelled', 'cancelled 2', -7000, 'zelle', 'pending', null),
    ('stay failed', 'stayed', 'stayed 1', 5000, 'cashapp', 'failed', 'No such account.'), ('stay expected', 'stayed', 'stayed 1', 5000, 'zelle', 'pending', null))
    as paid (name, booking, quote, amount, method, status, note);
insert into earnings (id, booking_id, provider_id, job_id, payment_id, deed_id, kind, base_amount, commission_type, commission_rate, amount)
select pg_temp.id(name), pg_temp.id(booking), pg_temp.id(provider), pg_temp.id(job), pg_temp.id(payment), pg_temp.id(deed), kind, base, 'percentage',
       case kind when 'cash_kept' then 10000 else 7000 end, amount
from (values
    ('share of lea', 'done', 'lea', 'done job', null, 'done 1', 'job', 4250, 2975), ('share of bo', 'done', 'bo', 'done job', null, 'done 1', 'job', 4250, 2975),
    ('more for lea', 'done', 'lea', 'done job', null, 'done 2', 'job', 1000, 700), ('more for bo', 'done', 'bo', 'done job', null, 'done 2', 'job', 1000, 700),
    ('kept', 'done', 'lea', null, 'done paid', null, 'cash_kept', 9000, -9000), ('kept more', 'done', 'lea', null, 'more paid', null, 'cash_kept', 2000, -2000),
    ('of the fee', 'cancelled', 'bo', null, null, 'cancelled 2', 'cancellation', 2000, 1400), ('of the stay', 'stayed', 'bo', null, null, 'stayed 1', 'job', 5000, 3500))
    as earned (name, booking, provider, job, payment, deed, kind, base, amount);
create temporary table moves as
select name, kind, source, target, amount, row_number() over (partition by name order by target <> 'platform') as position
from (values
    ('charge:' || pg_temp.id('done 1'), 'charge', 'customer:' || pg_temp.id('done'), 'revenue', 9000),
    ('charge:' || pg_temp.id('done 1'), 'charge', 'revenue', 'platform', 500),
    ('charge:' || pg_temp.id('done 2'), 'charge', 'customer:' || pg_temp.id('done'), 'revenue', 2000),
    ('charge:' || pg_temp.id('cancelled 1'), 'charge', 'customer:' || pg_temp.id('cancelled'), 'revenue', 9000),
    ('refund:' || pg_temp.id('cancelled 2'), 'refund', 'revenue', 'customer:' || pg_temp.id('cancelled'), 7000),
    ('charge:' || pg_temp.id('stayed 1'), 'charge', 'customer:' || pg_temp.id('stayed'), 'revenue', 5000),
    ('payment:' || pg_temp.id('done paid'), 'payment', 'provider:' || pg_temp.id('lea'), 'customer:' || pg_temp.id('done'), 9000),
    ('payment:' || pg_temp.id('more paid'), 'payment', 'provider:' || pg_temp.id('lea'), 'customer:' || pg_temp.id('done'), 2000),
    ('payment:' || pg_temp.id('paid'), 'payment', 'zelle', 'customer:' || pg_temp.id('cancelled'), 9000))
    as posted (name, kind, source, target, amount)
union all
select 'earning:' || id, 'earning', 'revenue', 'provider:' || provider_id, amount, 1 from earnings where amount > 0 and booking_id in (
    select id from bookings where customer_id = pg_temp.id('customer'));
insert into postings (id, key, kind) select distinct pg_temp.id(name), name, kind from moves;
insert into ledger_rows (posting_id, position, from_account, to_account, amount) select pg_temp.id(name), position, source, target, amount from moves;

-- Work that a worker has claimed, and a deadline that failed and is tried again.
insert into queue.tasks (tenant_id, kind, run_at, attempts, locked_until, lease) values (app.current_tenant(), 'sweep', now(), 1, pg_temp.ahead(1), pg_temp.id('lease'));
update queue.deadlines set attempts = 2, last_error = 'locked', retry_at = pg_temp.ahead(1), locked_until = pg_temp.ahead(1), lease = pg_temp.id('lease')
where kind = 'dispatch' and subject_id = pg_temp.id('discovered job');
