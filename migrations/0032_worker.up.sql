-- Claims get a token, so that a worker whose lease ran out can't touch what another one works by now; tries are counted where they are claimed; deadlines
-- count their failed tries and keep the last error. The functions of the previous binary stay, and keep their hands off claims with a token
-- and off the kind of task that the previous binary doesn't know: it would use up the tries, or ask for it without a pause.

alter table queue.tasks add column lease uuid;                -- names one claim

alter table queue.deadlines
    add column attempts     integer not null default 0,       -- tries since one succeeded
    add column last_error   text,
    add column retry_at     timestamptz,                      -- after a failed try; forgotten when the deadline moves
    add column locked_until timestamptz,
    add column lease        uuid;

-- Tasks.

create or replace function app.enqueue(kind text, payload jsonb, run_at timestamptz, key text default null) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
#variable_conflict use_column
begin
    insert into queue.tasks (tenant_id, kind, payload, run_at, key) values (app.current_tenant(), kind, payload, run_at, key)
    on conflict (tenant_id, key) where key is not null do update
        set payload = excluded.payload, run_at = excluded.run_at, attempts = 0, failed_at = null, last_error = null, locked_until = null,
            lease = null;
    notify tasks;
end $$;

create or replace function app.claim_tasks(at timestamptz, lease interval, most integer)
    returns table (id bigint, tenant_id uuid, kind text, payload jsonb, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.tasks t set attempts = t.attempts + 1, locked_until = at + claim_tasks.lease, lease = null
    where t.id in (
        select d.id from queue.tasks d
        where d.failed_at is null and d.run_at <= at and (d.locked_until is null or d.locked_until <= at)
          and d.kind <> 'write-booking-messages'
        order by d.run_at limit most for update skip locked)
    returning t.id, t.tenant_id, t.kind, t.payload, t.attempts;
$$;

create or replace function app.next_task_at() returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue, pg_temp as $$
    select min(greatest(run_at, coalesce(locked_until, run_at))) from queue.tasks
    where failed_at is null and kind <> 'write-booking-messages';
$$;

create or replace function app.complete_task(done bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    delete from queue.tasks where id = done and locked_until is not null and lease is null;
$$;

create or replace function app.retry_task(broken bigint, error text, again_at timestamptz, at timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.tasks set last_error = left(error, 2000), run_at = again_at, locked_until = null,
           failed_at = case when attempts >= max_attempts then at end
    where id = broken and locked_until is not null and lease is null;
$$;

-- Claims tasks of the kinds this binary knows; others wait untouched for a newer one. What was tried as often as it may without an end, or is known to no
-- binary for an hour, is given up.
create function app.tasks_claim(at timestamptz, until timestamptz, most integer, kinds text[])
    returns table (id bigint, tenant_id uuid, kind text, payload jsonb, attempts integer, lease uuid)
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
#variable_conflict use_column
begin
    update queue.tasks t
    set failed_at = at, locked_until = null, lease = null,
        last_error = left(case when t.attempts >= t.max_attempts then concat_ws(' Before that: ', 'The worker ended before the task did.', t.last_error)
                               else 'No worker knows tasks of this kind.' end, 2000)
    where t.id in (
        select d.id from queue.tasks d
        where d.failed_at is null and d.run_at <= at and (d.locked_until is null or d.locked_until <= at)
          and (d.attempts >= d.max_attempts or d.kind <> all (kinds) and d.run_at <= at - interval '1 hour')
        for update skip locked);
    return query
    with due as (
        select d.id from queue.tasks d
        where d.failed_at is null and d.run_at <= at and (d.locked_until is null or d.locked_until <= at) and d.kind = any (kinds)
        order by d.run_at, d.id limit most for update skip locked),
    claimed as (
        update queue.tasks t set attempts = t.attempts + 1, locked_until = until, lease = gen_random_uuid()
        from due where t.id = due.id returning t.*)
    select c.id, c.tenant_id, c.kind, c.payload, c.attempts, c.lease from claimed c order by c.run_at, c.id;
end $$;

-- The worker is still at it; says whether the claim is still its own.
create function app.task_extend(task bigint, claim uuid, until timestamptz) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    update queue.tasks t set locked_until = until where t.id = task and t.lease = claim;
    return found;
end $$;

create function app.task_complete(task bigint, claim uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    delete from queue.tasks t where t.id = task and t.lease = claim;
    return found;
end $$;

create function app.task_fail(task bigint, claim uuid, error text, again_at timestamptz, at timestamptz) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    update queue.tasks t
    set last_error = left(error, 2000), run_at = again_at, locked_until = null, lease = null,
        failed_at = case when t.attempts >= t.max_attempts then at end
    where t.id = task and t.lease = claim;
    return found;
end $$;

-- One task of the platform waits for its time under its kind as key; one that waits already stays as it is. A failed one lets go of the key, so that it is
-- seen and the schedule goes on.
create function app.task_schedule(which text, next_at timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    update queue.tasks t set key = null where t.tenant_id is null and t.key = which and t.failed_at is not null;
    insert into queue.tasks (tenant_id, kind, payload, run_at, key) values (null, which, 'null', next_at, which)
    on conflict (tenant_id, key) where key is not null do nothing;
end $$;

create function app.tasks_next_at(kinds text[]) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue, pg_temp as $$
    select min(greatest(t.run_at, t.locked_until)) from queue.tasks t where t.failed_at is null and t.kind = any (kinds);
$$;

-- Deadlines.

create or replace function app.keep_deadline() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
declare
    due timestamptz;
begin
    if tg_op <> 'DELETE' then
        due := (to_jsonb(new) ->> tg_argv[1])::timestamptz;
    end if;
    if due is null then
        delete from queue.deadlines d where d.kind = tg_argv[0] and d.subject_id = coalesce(new.id, old.id);
    else
        insert into queue.deadlines as d (tenant_id, kind, subject_id, due_at) values (new.tenant_id, tg_argv[0], new.id, due)
        on conflict (kind, subject_id) do update
            set due_at = excluded.due_at, retry_at = case when d.due_at = excluded.due_at then d.retry_at end;
        notify deadlines;
    end if;
    return null;
end $$;

create function app.deadlines_claim(at timestamptz, until timestamptz, most integer, kinds text[])
    returns table (tenant_id uuid, kind text, subject_id uuid, attempts integer, lease uuid)
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    with due as (
        select d.kind, d.subject_id from queue.deadlines d
        where d.due_at <= at and (d.retry_at is null or d.retry_at <= at) and (d.locked_until is null or d.locked_until <= at) and d.kind = any (kinds)
        order by d.due_at, d.subject_id limit most for update skip locked),
    claimed as (
        update queue.deadlines d set attempts = d.attempts + 1, locked_until = until, lease = gen_random_uuid()
        from due where (d.kind, d.subject_id) = (due.kind, due.subject_id) returning d.*)
    select c.tenant_id, c.kind, c.subject_id, c.attempts, c.lease from claimed c order by c.due_at, c.subject_id;
$$;

create function app.deadline_done(which text, subject uuid, claim uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.deadlines d set attempts = 0, last_error = null, retry_at = null, locked_until = null, lease = null
    where d.kind = which and d.subject_id = subject and d.lease = claim;
$$;

create function app.deadline_fail(which text, subject uuid, claim uuid, error text, again_at timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.deadlines d set last_error = left(error, 2000), retry_at = again_at, locked_until = null, lease = null
    where d.kind = which and d.subject_id = subject and d.lease = claim;
$$;

create function app.deadlines_next_at(kinds text[]) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue, pg_temp as $$
    select min(greatest(d.due_at, d.retry_at, d.locked_until)) from queue.deadlines d where d.kind = any (kinds);
$$;

-- How the background work is: counts and seconds, nothing of anybody's. Late is what is due and not being worked on, and every deadline that has passed.
create function app.background_figures()
    returns table (waiting bigint, failed bigint, task_late_seconds bigint, deadline_late_seconds bigint, failing_deadlines bigint)
    language sql stable security definer set search_path = pg_catalog, queue, pg_temp as $$
    select t.waiting, t.failed, t.late, d.late, d.failing
    from (select count(*) filter (where k.failed_at is null) as waiting, count(*) filter (where k.failed_at is not null) as failed,
                 greatest(coalesce(extract(epoch from app.now() - min(k.run_at) filter (where k.failed_at is null
                     and (k.locked_until is null or k.locked_until <= app.now()))), 0), 0)::bigint as late
          from queue.tasks k) t,
         (select greatest(coalesce(extract(epoch from app.now() - min(l.due_at)), 0), 0)::bigint as late,
                 count(*) filter (where l.last_error is not null or l.attempts > 1) as failing
          from queue.deadlines l) d;
$$;

create function app.failing_deadlines(most bigint)
    returns table (tenant text, kind text, subject_id uuid, due_at timestamptz, attempts integer, last_error text, retry_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, platform, queue, pg_temp as $$
begin
    perform platform.acting_operator();
    return query select t.name, d.kind, d.subject_id, d.due_at, d.attempts, d.last_error, d.retry_at
    from queue.deadlines d join platform.tenants t on t.id = d.tenant_id
    where d.last_error is not null or d.attempts > 1 order by d.due_at, d.subject_id limit most;
end $$;

-- Tries a failing deadline now; says whether it fails still.
create function app.failing_deadline_retry(which text, subject uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    perform platform.acting_operator();
    update queue.deadlines d set retry_at = null where d.kind = which and d.subject_id = subject and (d.last_error is not null or d.attempts > 1);
    notify deadlines;
    return found;
end $$;

grant execute on function app.tasks_claim, app.task_extend, app.task_complete, app.task_fail, app.task_schedule, app.tasks_next_at,
    app.deadlines_claim, app.deadline_done, app.deadline_fail, app.deadlines_next_at, app.background_figures, app.failing_deadlines,
    app.failing_deadline_retry to wayside_app;
