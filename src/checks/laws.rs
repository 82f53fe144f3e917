pub(super) struct Law {
    pub(super) name: &'static str,
    /// Returns one text for each violation. `$1` are the kinds of business that share every line with those who do its jobs.
    pub(super) broken_by: &'static str,
}

/// Every law. Add rules about money, time or states that no constraint can enforce.
pub(super) const LAWS: [Law; 21] = [
    Law {
        name: "a quote's total is the sum of its lines",
        broken_by: "select b.reference || ' version ' || q.version || ': ' || q.total_amount || ' instead of ' || coalesce(sum(l.amount), 0)
            from quotes q
            join bookings b on (b.tenant_id, b.id) = (q.tenant_id, q.booking_id)
            left join quote_lines l on (l.tenant_id, l.quote_id) = (q.tenant_id, q.id)
            group by b.reference, q.id, q.version, q.total_amount
            having q.total_amount <> coalesce(sum(l.amount), 0)",
    },
    Law {
        name: "no customer is charged or pays more than they approved",
        broken_by: "select b.reference || ': ' || greatest(q.total, p.total) || ' above ' || q.ceiling
            from bookings b
            cross join lateral (
                select coalesce(sum(total_amount), 0) as total, coalesce(sum(ceiling_amount) filter (where kind <> 'adjustment'), 0) as ceiling
                from quotes where tenant_id = b.tenant_id and booking_id = b.id and state = 'approved') q
            cross join lateral (
                select coalesce(sum(amount), 0) as total
                from payments where tenant_id = b.tenant_id and booking_id = b.id and status in ('pending', 'confirmed')) p
            where greatest(q.total, p.total) > q.ceiling",
    },
    Law {
        name: "a finished booking is charged what was approved, and another what was charged of it so far",
        broken_by: "select b.reference || ': ' || c.total || ' charged instead of ' || o.total
            from bookings b
            cross join lateral (
                select coalesce(sum(total_amount), 0) as total
                from quotes
                where tenant_id = b.tenant_id and booking_id = b.id and state = 'approved'
                  and (charged_at is not null or b.phase in ('completed', 'cancelled', 'no_show'))) o
            cross join lateral (
                select coalesce(sum(case r.from_account when 'customer:' || b.id then r.amount else -r.amount end), 0) as total
                from ledger_rows r join postings p on (p.tenant_id, p.id) = (r.tenant_id, r.posting_id)
                where r.tenant_id = b.tenant_id and (r.from_account = 'customer:' || b.id or r.to_account = 'customer:' || b.id)
                  and p.kind in ('charge', 'cancellation_fee', 'refund')) c
            where c.total <> o.total",
    },
    Law {
        name: "the platform has its fee of what was charged",
        broken_by: "select b.reference || ': ' || l.total || ' instead of ' || f.total
            from bookings b
            cross join lateral (
                select coalesce(sum(q.kept_fee_amount + (
                    select coalesce(sum(amount), 0) from quote_lines where tenant_id = q.tenant_id and quote_id = q.id and kind = 'platform_fee'))
                , 0) as total
                from quotes q where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.charged_at is not null) f
            cross join lateral (
                select coalesce(sum(case r.to_account when 'platform' then r.amount else -r.amount end), 0) as total
                from quotes q
                join postings p on p.tenant_id = q.tenant_id and p.key in ('charge:' || q.id, 'cancellation_fee:' || q.id, 'refund:' || q.id)
                join ledger_rows r on (r.tenant_id, r.posting_id) = (p.tenant_id, p.id) and 'platform' in (r.from_account, r.to_account)
                where q.tenant_id = b.tenant_id and q.booking_id = b.id) l
            where l.total <> f.total",
    },
    Law {
        name: "the ledger contains every confirmed payment and no other",
        broken_by: "select b.reference || ': ' || l.total || ' instead of ' || p.total
            from bookings b
            cross join lateral (
                select coalesce(sum(amount), 0) as total
                from payments where tenant_id = b.tenant_id and booking_id = b.id and status in ('confirmed', 'refunded')) p
            cross join lateral (
                select coalesce(sum(case r.to_account when 'customer:' || b.id then r.amount else -r.amount end), 0) as total
                from ledger_rows r join postings p on (p.tenant_id, p.id) = (r.tenant_id, r.posting_id)
                where r.tenant_id = b.tenant_id and (r.from_account = 'customer:' || b.id or r.to_account = 'customer:' || b.id)
                  and p.kind = 'payment') l
            where l.total <> p.total",
    },
    Law {
        name: "a provider's balance is the sum of their unpaid earnings",
        broken_by: "with balances as (
                select account, sum(amount) as amount
                from (select to_account as account, amount from ledger_rows where tenant_id = app.current_tenant()
                      union all select from_account, -amount from ledger_rows where tenant_id = app.current_tenant()) moves
                where account like 'provider:%' group by account
            ), owed as (
                select 'provider:' || provider_id as account, sum(amount) filter (where status <> 'paid_out') as amount
                from earnings where tenant_id = app.current_tenant() group by provider_id
            )
            select account || ': ' || coalesce(b.amount, 0) || ' instead of ' || coalesce(o.amount, 0)
            from balances b full join owed o using (account)
            where coalesce(b.amount, 0) <> coalesce(o.amount, 0)",
    },
    Law {
        name: "a provider's earning is their share of the price without tax, tips and the platform's fee",
        // Where some lines aren't shared with the jobs, or somebody earns without one, all of them share in the price at most.
        broken_by: "select b.reference || ': shares of ' || e.base || ' for a price of ' || price.shared
            from (select tenant_id, booking_id, sum(base_amount) as base from earnings where kind = 'job' group by 1, 2) e
            join bookings b on (b.tenant_id, b.id) = (e.tenant_id, e.booking_id)
            join services s on (s.tenant_id, s.id) = (b.tenant_id, b.service_id)
            cross join lateral (
                select coalesce(sum(l.shared - case l.taxed when 0 then 0 else round(q.included_tax_amount::numeric * l.shared / l.taxed) end - q.kept_fee_amount), 0) as shared,
                       count(*) filter (where q.included_tax_amount <> 0 and l.taxed <> l.shared) as rounded
                from quotes q
                cross join lateral (
                    select coalesce(sum(amount) filter (where kind not in ('tax', 'tip', 'platform_fee')), 0) as shared,
                           coalesce(sum(amount) filter (where kind not in ('tax', 'tip')), 0) as taxed
                    from quote_lines where tenant_id = q.tenant_id and quote_id = q.id) l
                where q.tenant_id = b.tenant_id and q.booking_id = b.id and q.state = 'approved') price
            where e.base > price.shared + price.rounded or (s.vertical = any($1) and e.base < price.shared - price.rounded)
            union all
            select b.reference || ': ' || e.amount || ' of ' || e.base_amount
            from earnings e
            join bookings b on (b.tenant_id, b.id) = (e.tenant_id, e.booking_id)
            where e.kind in ('job', 'cancellation') and case e.commission_type
                      when 'percentage' then e.amount <> round(greatest(e.base_amount, 0) * e.commission_rate / 10000.0)
                      else e.amount not between 0 and greatest(e.base_amount, 0) end",
    },
    Law {
        name: "an earning uses the commission that was agreed for the job",
        broken_by: "select b.reference || ': ' || e.amount || ' of ' || e.base_amount
            from earnings e
            join bookings b on (b.tenant_id, b.id) = (e.tenant_id, e.booking_id)
            cross join lateral (
                select commission_type, commission_rate, flat_fee_amount
                from assignments where (tenant_id, job_id, provider_id) = (e.tenant_id, e.job_id, e.provider_id)
                order by assigned_at desc, id desc limit 1) agreed
            where e.kind in ('job', 'cancellation')
              and (e.commission_type, e.commission_rate) <> (agreed.commission_type, agreed.commission_rate)
            union all
            select 'job ' || e.job_id || ': ' || e.amount || ' of ' || e.base_amount
            from (select tenant_id, job_id, provider_id, sum(base_amount) as base_amount, sum(amount) as amount from earnings
                  where kind in ('job', 'cancellation') and commission_type = 'flat_per_job' group by 1, 2, 3) e
            cross join lateral (
                select commission_type, flat_fee_amount
                from assignments where (tenant_id, job_id, provider_id) = (e.tenant_id, e.job_id, e.provider_id)
                order by assigned_at desc, id desc limit 1) agreed
            where agreed.commission_type = 'flat_per_job' and e.amount <> least(agreed.flat_fee_amount, greatest(e.base_amount, 0))",
    },
    Law {
        name: "a completed job has an earning",
        broken_by: "select b.reference || ': no earning'
            from bookings b
            join job_bookings jb on (jb.tenant_id, jb.booking_id) = (b.tenant_id, b.id)
            join jobs j on (j.tenant_id, j.id) = (jb.tenant_id, jb.job_id) and j.state = 'done'
            left join earnings e on (e.tenant_id, e.booking_id, e.job_id, e.kind) = (b.tenant_id, b.id, j.id, 'job')
            where b.phase = 'completed'
            group by b.id, b.reference, j.id
            having count(e.id) = 0",
    },
    Law {
        name: "a payout's total is the sum of its earnings",
        broken_by: "select 'payout ' || o.id || ': ' || o.total_amount || ' instead of ' || coalesce(sum(i.amount), 0)
            from payouts o left join payout_items i on (i.tenant_id, i.payout_id) = (o.tenant_id, o.id)
            where o.status <> 'failed'
            group by o.id, o.total_amount
            having o.total_amount <> coalesce(sum(i.amount), 0)
            union all
            select 'earning ' || e.id || ': ' || i.amount || ' paid of ' || e.amount
            from payout_items i
            join earnings e on (e.tenant_id, e.id) = (i.tenant_id, i.earning_id)
            where i.amount <> e.amount",
    },
    Law {
        name: "an earning is paid out exactly if its payout is paid",
        broken_by: "select 'earning ' || e.id || ': ' || e.status || ', payout ' || coalesce(o.status, 'none')
            from earnings e
            left join payout_items i on (i.tenant_id, i.earning_id) = (e.tenant_id, e.id)
            left join payouts o on (o.tenant_id, o.id) = (i.tenant_id, i.payout_id)
            where (e.status = 'paid_out') <> (o.status is not distinct from 'paid') or o.status = 'failed'",
    },
    Law {
        name: "the ledger contains every paid payout",
        broken_by: "select 'payout ' || o.id || ': ' || coalesce(sum(r.amount), 0) || ' instead of ' || o.total_amount
            from payouts o
            left join postings p on p.tenant_id = o.tenant_id and p.key = 'payout:' || o.id
            left join ledger_rows r on (r.tenant_id, r.posting_id) = (p.tenant_id, p.id) and r.from_account = 'provider:' || o.provider_id
            group by o.id, o.status, o.total_amount
            having coalesce(sum(r.amount), 0) <> case o.status when 'paid' then o.total_amount else 0 end",
    },
    Law {
        name: "no provider is reserved twice at the same time",
        broken_by: "select r.name || ': held twice from ' || greatest(one.starts_at, other.starts_at)
            from reservations one
            join reservations other on (other.tenant_id, other.resource_id) = (one.tenant_id, one.resource_id) and other.id > one.id
                and one.starts_at < other.ends_at and other.starts_at < one.ends_at
            join resources r on (r.tenant_id, r.id) = (one.tenant_id, one.resource_id)
            where one.state = 'held' and other.state = 'held'
            union all
            select 'provider ' || provider_id || ': ' || count(*) || ' jobs under way'
            from assignments where state = 'under_way' group by provider_id having count(*) > 1",
    },
    Law {
        name: "a booking's phase matches its jobs' states",
        broken_by: "select b.reference || ': ' || b.phase || ', jobs ' || j.states
            from bookings b
            join lateral (
                select string_agg(j.state, ', ' order by j.id) as states,
                       coalesce(bool_or(j.state in ('assigned', 'en_route', 'arrived')), false) as is_taken,
                       coalesce(bool_or(j.state = 'in_progress'), false) as is_begun,
                       coalesce(bool_or(j.state = 'done'), false) as is_done,
                       coalesce(bool_or(j.state = 'unsuccessful'), false) as is_failed,
                       bool_and(j.state = 'cancelled') as is_called_off, bool_or(j.is_published) as is_published,
                       coalesce(bool_or(j.state not in ('done', 'unsuccessful', 'cancelled') and not j.is_published and not exists (
                           select from job_bookings sharing join bookings other on (other.tenant_id, other.id) = (sharing.tenant_id, sharing.booking_id)
                           where (sharing.tenant_id, sharing.job_id) = (j.tenant_id, j.id) and other.phase not in ('completed', 'cancelled', 'no_show'))), false)
                           as is_left_over
                from job_bookings jb join jobs j on (j.tenant_id, j.id) = (jb.tenant_id, jb.job_id)
                where jb.tenant_id = b.tenant_id and jb.booking_id = b.id) j on j.states is not null
            where case b.phase
                      when 'pending' then false
                      when 'confirmed' then j.is_taken or j.is_begun or j.is_done
                      when 'dispatched' then not j.is_taken or j.is_begun or j.is_done
                      when 'in_progress' then not (j.is_begun or j.is_done or j.is_failed or j.is_called_off)
                      when 'completed' then j.is_left_over or not (j.is_done or j.is_called_off)
                      when 'cancelled' then j.is_left_over
                      else j.is_left_over or not (j.is_failed or j.is_called_off or j.is_published) end",
    },
    Law {
        name: "an ended job has no pending offer, provider or deadline",
        broken_by: "select 'job ' || j.id || ': ' || rest.what
            from jobs j
            join lateral (
                select 'an offer is pending' as what from offers o where (o.tenant_id, o.job_id) = (j.tenant_id, j.id) and o.state = 'pending'
                union all
                select 'a provider has it' from assignments a where (a.tenant_id, a.job_id) = (j.tenant_id, j.id) and a.state <> 'ended'
                union all
                select 'a provider is still reserved after its end' from reservations v
                where (v.tenant_id, v.job_id) = (j.tenant_id, j.id) and v.state = 'held' and v.ends_at > j.ended_at
                union all
                select 'the dispatcher has a deadline for it' where j.dispatch_at is not null) as rest on true
            where j.state in ('done', 'unsuccessful', 'cancelled')",
    },
    Law {
        name: "a booking that is over holds nothing any more",
        broken_by: "select b.reference || ': ' || rest.what
            from bookings b
            join lateral (
                select 'time' as what from reservations v where (v.tenant_id, v.booking_id) = (b.tenant_id, b.id) and v.state = 'held'
                union all
                select 'a place in a slot that had not begun' from slot_claims c join slots s on (s.tenant_id, s.id) = (c.tenant_id, c.slot_id)
                where (c.tenant_id, c.booking_id) = (b.tenant_id, b.id) and c.released_at is null and s.starts_at > coalesce(b.completed_at, b.cancelled_at)) as rest on true
            where b.tenant_id = app.current_tenant() and b.phase in ('completed', 'cancelled', 'no_show')",
    },
    Law {
        name: "a job has an assignment or an offer exactly while its state says so",
        broken_by: "select 'job ' || j.id || ': ' || j.state || ', ' || count(a.id) || ' assignments, ' || count(o.id) || ' offers'
            from jobs j
            left join assignments a on (a.tenant_id, a.job_id) = (j.tenant_id, j.id) and a.state <> 'ended'
            left join offers o on (o.tenant_id, o.job_id) = (j.tenant_id, j.id) and o.state = 'pending'
            group by j.id, j.state, j.staff_needed
            having case when j.state in ('assigned', 'en_route', 'arrived', 'in_progress') then count(distinct a.id) <> j.staff_needed
                        when j.state = 'open' then count(distinct a.id) >= j.staff_needed
                        else count(a.id) > 0 end
                or (count(o.id) > 0) <> (j.state = 'offered')",
    },
    Law {
        name: "a job's times match its state and are in order",
        broken_by: "select 'job ' || j.id || ': ' || j.state
            from jobs j
            where j.tenant_id = app.current_tenant() and (j.state in ('open', 'offered') and num_nonnulls(j.assigned_at, j.en_route_at, j.arrived_at, j.started_at, j.ended_at) > 0
               or j.state in ('assigned', 'en_route', 'arrived', 'in_progress', 'done', 'unsuccessful')
                  and num_nulls(j.assigned_at, j.promised_at) > 0
               or j.state in ('en_route', 'arrived', 'in_progress', 'done', 'unsuccessful') and j.en_route_at is null
               or j.state in ('arrived', 'in_progress', 'done', 'unsuccessful') and j.arrived_at is null
               or j.state in ('in_progress', 'done') and j.started_at is null
               or (j.state in ('done', 'unsuccessful', 'cancelled')) <> (j.ended_at is not null)
               or j.assigned_at < j.created_at or j.en_route_at < j.assigned_at or j.arrived_at < j.en_route_at
               or j.started_at < j.arrived_at or j.reached_at < j.started_at or j.ended_at < j.reached_at or j.ended_at < greatest(j.created_at, j.assigned_at, j.en_route_at, j.arrived_at, j.started_at))
            union all
            select 'offer ' || o.id || ': ' || o.state from offers o
            where o.tenant_id = app.current_tenant() and ((o.state = 'pending') <> (o.answered_at is null) or o.answered_at < o.offered_at or o.expires_at < o.offered_at)",
    },
    Law {
        name: "a booking's timeline ends at its phase, in order of time",
        broken_by: "with told as (
                select e.tenant_id, e.booking_id, e.kind, e.phase, e.occurred_at,
                       array_position('{pending,confirmed,dispatched,in_progress}'::text[], e.phase) as rank,
                       lag(e.phase) over story as before,
                       array_position('{pending,confirmed,dispatched,in_progress}'::text[], lag(e.phase) over story) as rank_before,
                       row_number() over story as step,
                       lead(e.id) over story is null as is_last
                from booking_events e
                window story as (partition by e.tenant_id, e.booking_id order by e.occurred_at, e.id)
            )
            select b.reference || ': ' || t.kind || ' at ' || t.occurred_at
            from bookings b join told t on (t.tenant_id, t.booking_id) = (b.tenant_id, b.id)
            where (t.step = 1 and t.kind <> 'booked')
               or (t.is_last and t.phase <> b.phase)
               or t.occurred_at < b.created_at
               or (t.before in ('completed', 'cancelled', 'no_show') and t.phase <> t.before)
               or (t.rank < t.rank_before and t.kind not in ('given_back', 'job_called_off', 'moved'))
            union all
            select b.reference || ': no timeline' from bookings b
            where not exists (select from told t where (t.tenant_id, t.booking_id) = (b.tenant_id, b.id))",
    },
    Law {
        name: "a deadline equals its column",
        broken_by: "with columns as (
                select 'dispatch' as kind, id, dispatch_at as due_at from jobs where dispatch_at is not null
                union all
                select 'booking', id, expires_at from bookings where expires_at is not null
                union all
                select 'quote', id, expires_at from quotes where expires_at is not null
            ), deadlines as (
                select d.kind, d.subject_id as id from app.due_deadlines('infinity', 2147483647) d
                where d.tenant_id = app.current_tenant() and d.kind in ('dispatch', 'booking', 'quote')
            )
            select coalesce(c.kind, d.kind) || ' ' || coalesce(c.id, d.id) || case when c.id is null then ': nothing is due' else ': nobody looks at it' end
            from columns c full join deadlines d on (d.kind, d.id) = (c.kind, c.id)
            where c.id is null or d.id is null",
    },
    Law {
        name: "a provider's rating is the sum of their reviews",
        broken_by: "select p.name || ': ' || p.rating_sum || ' stars of ' || p.review_count || ' reviews'
            from providers p
            left join reviews r on (r.tenant_id, r.provider_id) = (p.tenant_id, p.id)
            group by p.id, p.name, p.rating_sum, p.review_count
            having p.rating_sum <> coalesce(sum(r.rating), 0) or p.review_count <> count(r.id)",
    },
];
