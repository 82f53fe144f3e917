-- A deadline whose row another transaction holds waits a little and counts as no failed try, until it is a minute late: then somebody has to know.

create function app.deadline_put_off(which text, subject uuid, claim uuid, at timestamptz, again_at timestamptz) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, queue, pg_temp as $$
begin
    update queue.deadlines d set attempts = d.attempts - 1, retry_at = again_at, locked_until = null, lease = null
    where d.kind = which and d.subject_id = subject and d.lease = claim and d.due_at > at - interval '1 minute';
    return found;
end $$;

grant execute on function app.deadline_put_off to wayside_app;
