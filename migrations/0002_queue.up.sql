-- Background work and durable deadlines. Both are seen across tenants by the process that runs them, so they live behind functions; each row
-- carries its tenant, and the work itself runs scoped to it.
create schema queue;

create table queue.tasks (
    id           bigint generated always as identity primary key,
    tenant_id    uuid references platform.tenants (id) on delete cascade,
    kind         text not null,
    payload      jsonb not null default '{}',
    key          text,                                        -- enqueueing again under a key replaces the tenant's waiting task
    run_at       timestamptz not null,
    attempts     integer not null default 0,
    max_attempts integer not null default 12,
    locked_until timestamptz,                                 -- a lease: a worker that died lets go of it by time
    last_error   text,
    failed_at    timestamptz,                                 -- gave up; a person retries or resolves it
    created_at   timestamptz not null default now()
);
create unique index tasks_key_idx on queue.tasks (tenant_id, key) nulls not distinct where key is not null;
create index tasks_due_idx on queue.tasks (run_at) where failed_at is null;
create index tasks_tenant_id_idx on queue.tasks (tenant_id);

create function app.enqueue(kind text, payload jsonb, run_at timestamptz, key text default null) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, queue as $$
#variable_conflict use_column
begin
    insert into queue.tasks (tenant_id, kind, payload, run_at, key) values (app.current_tenant(), kind, payload, run_at, key)
    on conflict (tenant_id, key) where key is not null do update
        set payload = excluded.payload, run_at = excluded.run_at, attempts = 0, failed_at = null, last_error = null, locked_until = null;
    notify tasks;
end $$;

create function app.cancel_task(wanted text) returns void
    language sql volatile security definer set search_path = pg_catalog, queue as $$
    delete from queue.tasks where key = wanted and tenant_id is not distinct from app.current_tenant();
$$;

create function app.claim_tasks(at timestamptz, lease interval, most integer)
    returns table (id bigint, tenant_id uuid, kind text, payload jsonb, attempts integer)
    language sql volatile security definer set search_path = pg_catalog, queue as $$
    update queue.tasks t set attempts = t.attempts + 1, locked_until = at + lease
    where t.id in (
        select d.id from queue.tasks d
        where d.failed_at is null and d.run_at <= at and (d.locked_until is null or d.locked_until <= at)
        order by d.run_at limit most for update skip locked)
    returning t.id, t.tenant_id, t.kind, t.payload, t.attempts;
$$;

-- A task enqueued anew under its key while it ran is unlocked again, and stays.
create function app.complete_task(done bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, queue as $$
    delete from queue.tasks where id = done and locked_until is not null;
$$;

create function app.retry_task(broken bigint, error text, again_at timestamptz, at timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, queue as $$
    update queue.tasks set last_error = left(error, 2000), run_at = again_at, locked_until = null,
           failed_at = case when attempts >= max_attempts then at end
    where id = broken and locked_until is not null;
$$;

create function app.next_task_at() returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue as $$
    select min(greatest(run_at, coalesce(locked_until, run_at))) from queue.tasks where failed_at is null;
$$;

create function app.task_counts() returns table (waiting bigint, failed bigint)
    language sql stable security definer set search_path = pg_catalog, queue as $$
    select count(*) filter (where failed_at is null), count(*) filter (where failed_at is not null) from queue.tasks;
$$;

-- A deadline says when somebody has to look at a row again. A trigger on the table that owns the column keeps it in step, so it can't be forgotten.
create table queue.deadlines (
    tenant_id  uuid not null references platform.tenants (id) on delete cascade,
    kind       text not null,
    subject_id uuid not null,
    due_at     timestamptz not null,
    primary key (kind, subject_id)
);
create index deadlines_due_at_idx on queue.deadlines (due_at);
create index deadlines_tenant_id_idx on queue.deadlines (tenant_id);

-- Trigger arguments: the deadline's kind, the column that holds it.
create function app.keep_deadline() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, queue as $$
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

create function app.due_deadlines(at timestamptz, most integer) returns table (tenant_id uuid, kind text, subject_id uuid)
    language sql stable security definer set search_path = pg_catalog, queue as $$
    select d.tenant_id, d.kind, d.subject_id from queue.deadlines d where d.due_at <= at order by d.due_at limit most;
$$;

create function app.next_deadline_at() returns timestamptz
    language sql stable security definer set search_path = pg_catalog, queue as $$
    select min(due_at) from queue.deadlines;
$$;

-- After a handler failed: look again later, so that one broken row can't hold up the others.
create function app.postpone_deadline(which text, subject uuid, until timestamptz) returns void
    language sql volatile security definer set search_path = pg_catalog, queue as $$
    update queue.deadlines set due_at = until where kind = which and subject_id = subject;
$$;

grant execute on function app.enqueue, app.cancel_task, app.claim_tasks, app.complete_task, app.retry_task, app.next_task_at, app.task_counts,
    app.due_deadlines, app.next_deadline_at, app.postpone_deadline to wayside_app;
