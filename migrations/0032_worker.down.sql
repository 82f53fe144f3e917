drop function app.tasks_claim(timestamptz, timestamptz, integer, text[]);
drop function app.task_extend(bigint, uuid, timestamptz);
drop function app.task_complete(bigint, uuid);
drop function app.task_fail(bigint, uuid, text, timestamptz, timestamptz);
drop function app.task_schedule(text, timestamptz);
drop function app.tasks_next_at(text[]);
drop function app.deadlines_claim(timestamptz, timestamptz, integer, text[]);
drop function app.deadline_done(text, uuid, uuid);
drop function app.deadline_fail(text, uuid, uuid, text, timestamptz);
drop function app.deadlines_next_at(text[]);
drop function app.background_figures();
drop function app.failing_deadlines(bigint);
drop function app.failing_deadline_retry(text, uuid);

-- Before the functions: what they call `lease` is an argument, not a column.
alter table queue.deadlines drop column attempts, drop column last_error, drop column retry_at, drop column locked_until, drop column lease;
alter table queue.tasks drop column lease;

create or replace function app.enqueue(kind text, payload jsonb, run_at timestamptz, key text default null) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
#variable_conflict use_column
begin
    insert into queue.tasks (tenant_id, kind, payload, run_at, key) values (app.current_tenant(), kind, payload, run_at, key)
    on conflict (tenant_id, key) where key is not null do update
        set payload = excluded.payload, run_at = excluded.run_at, attempts = 0, failed_at = null, last_error = null, locked_until = null;
    notify tasks;
end $$;

create or replace function app.claim_tasks(at timestamptz, lease interval, most integer)
    returns table (id bigint, tenant_id uuid, kind text, payload jsonb, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.tasks t set attempts = t.attempts + 1, locked_until = at + lease
    where t.id in (
        select d.id from queue.tasks d
        where d.failed_at is null and d.run_at <= at and (d.locked_until is null or d.locked_until <= at)
        order by d.run_at limit most for update skip locked)
    returning t.id, t.tenant_id, t.kind, t.payload, t.attempts;
$$;

create or replace function app.next_task_at() returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue, pg_temp as $$
    select min(greatest(run_at, coalesce(locked_until, run_at))) from queue.tasks where failed_at is null;
$$;

create or replace function app.complete_task(done bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    delete from queue.tasks where id = done and locked_until is not null;
$$;

create or replace function app.retry_task(broken bigint, error text, again_at timestamptz, at timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
    update queue.tasks set last_error = left(error, 2000), run_at = again_at, locked_until = null,
           failed_at = case when attempts >= max_attempts then at end
    where id = broken and locked_until is not null;
$$;

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
        insert into queue.deadlines (tenant_id, kind, subject_id, due_at) values (new.tenant_id, tg_argv[0], new.id, due)
        on conflict (kind, subject_id) do update set due_at = excluded.due_at;
        notify deadlines;
    end if;
    return null;
end $$;
