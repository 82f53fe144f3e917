create or replace function app.forget_records(before timestamptz) returns table (object text, gone bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    acting text := coalesce(current_setting('app.actor', true), '');
    old_bookings uuid[];
    old_jobs uuid[];
    old_postings uuid[];
    balances jsonb;
    carried uuid := gen_random_uuid();
begin
    if before > app.now() - interval '7 years' then
        raise exception 'records are kept for seven years';
    end if;
    perform set_config('app.actor', 'retention', true);
    select coalesce(array_agg(b.id), '{}') into old_bookings from bookings b
    where coalesce(b.completed_at, b.cancelled_at, case when b.phase = 'no_show' then b.updated_at end) < before
      and not exists (select from payments p where (p.tenant_id, p.booking_id) = (b.tenant_id, b.id) and p.created_at >= before)
      and not exists (select from earnings e where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and (e.status <> 'paid_out' or e.earned_at >= before))
      and not exists (
          select from earnings e join payout_items i on (i.tenant_id, i.earning_id) = (e.tenant_id, e.id)
          join payouts o on (o.tenant_id, o.id) = (i.tenant_id, i.payout_id)
          where (e.tenant_id, e.booking_id) = (b.tenant_id, b.id) and coalesce(o.paid_at, o.created_at) >= before);
    select coalesce(array_agg(distinct j.job_id), '{}') into old_jobs from job_bookings j
    where j.booking_id = any (old_bookings)
      and not exists (select from job_bookings o where (o.tenant_id, o.job_id) = (j.tenant_id, j.job_id) and o.booking_id <> all (old_bookings));

    delete from payout_items i using earnings e
    where (e.tenant_id, e.id) = (i.tenant_id, i.earning_id) and e.booking_id = any (old_bookings);
    delete from earnings where booking_id = any (old_bookings);
    get diagnostics gone = row_count; object := 'earnings'; return next;
    delete from payouts o where coalesce(o.paid_at, o.created_at) < before
      and not exists (select from payout_items i where (i.tenant_id, i.payout_id) = (o.tenant_id, o.id));
    get diagnostics gone = row_count; object := 'payouts'; return next;
    delete from payments where booking_id = any (old_bookings);
    get diagnostics gone = row_count; object := 'payments'; return next;
    update jobs set replaces = null where replaces = any (old_jobs);
    delete from bookings where id = any (old_bookings);
    get diagnostics gone = row_count; object := 'bookings'; return next;
    delete from jobs where id = any (old_jobs);

    select coalesce(array_agg(p.id), '{}') into old_postings from postings p
    where p.occurred_at < before and p.key not like 'carried-forward:%'
      and not exists (select from postings r where (r.tenant_id, r.reverses) = (p.tenant_id, p.id) and r.occurred_at >= before);
    if old_postings <> '{}' then
        select jsonb_object_agg(account, balance) into balances from (
            select account, sum(amount)::bigint as balance from (
                select to_account as account, amount from ledger_rows where posting_id = any (old_postings)
                union all select from_account, -amount from ledger_rows where posting_id = any (old_postings)) moves
            group by account having sum(amount) <> 0) sums;
        delete from ledger_rows where posting_id = any (old_postings);
        delete from postings where id = any (old_postings);
        get diagnostics gone = row_count; object := 'postings'; return next;
        if balances is not null then
            insert into postings (id, key, kind, occurred_at) values (carried, 'carried-forward:' || carried, 'correction', before);
            insert into ledger_rows (posting_id, position, from_account, to_account, amount)
            select carried, row_number() over (order by account),
                   case when balance::bigint > 0 then 'carried_forward' else account end,
                   case when balance::bigint > 0 then account else 'carried_forward' end, abs(balance::bigint)
            from jsonb_each_text(balances) as b (account, balance);
        end if;
    end if;

    delete from audit_log a where a.actor = 'retention';
    delete from audit_log where at < before;
    get diagnostics gone = row_count; object := 'audit_log'; return next;
    perform set_config('app.actor', acting, true);
end $$;

call platform.holds_nothing('providers', 'held_reason');
alter table providers drop column held_until, drop column held_reason;
call platform.audit('providers');
alter table offers drop column seen_at;
call platform.audit('offers');
drop index jobs_to_discover_idx;
drop table job_sightings;
