drop function app.operator_factor_reseal(uuid, bytea, bytea);
drop function app.operator_factors_to_reseal(bytea);
drop function app.operator_recovery_hide();
drop function app.operator_recovery_shown();
drop function app.operator_recovery_left();
drop function app.operator_recovery_use(bytea);
drop function app.operator_recovery_renew(bytea[], bytea, timestamptz);
drop function app.operator_factor_remove();
drop function app.operator_factor_use_step(bigint);
drop function app.operator_factor_confirm(bigint);
drop function app.operator_factor_begin(bytea);
drop function app.operator_factor();
drop function app.operator_sessions_end();
drop function app.operator_sign_in_end(bytea);
drop function app.operator_sign_in_try(bytea);
drop function app.operator_sign_in(bytea);
drop function app.operator_sign_in_begin(bytea, text, timestamptz);

create or replace function app.operators_sweep(idle interval) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    delete from platform.operator_sessions where ends_at <= app.now() or last_seen_at <= app.now() - idle;
    delete from platform.operator_drafts where expires_at <= app.now();
$$;

create or replace function app.operator_set_password(new_hash text, but bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, platform as $$
    update platform.operators set password_hash = new_hash where id = platform.acting_operator();
    delete from platform.operator_sessions where operator_id = platform.acting_operator() and token_hash <> but;
$$;

drop function app.operator_session(bytea, interval);
create function app.operator_session(hash bytea, idle interval)
    returns table (id uuid, email text, name text)
    language plpgsql volatile security definer set search_path = pg_catalog, platform as $$
begin
    update platform.operator_sessions s set last_seen_at = app.now()
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle and s.last_seen_at < app.now() - interval '1 minute';
    return query select o.id, o.email, o.name
    from platform.operator_sessions s join platform.operators o on o.id = s.operator_id
    where s.token_hash = hash and s.ends_at > app.now() and s.last_seen_at > app.now() - idle;
end $$;

drop function app.operator_by_email(text);
create function app.operator_by_email(wanted text) returns table (id uuid, email text, name text, password_hash text)
    language sql stable security definer set search_path = pg_catalog, platform as $$
    select o.id, o.email, o.name, o.password_hash from platform.operators o where o.email = lower(wanted);
$$;

grant execute on function app.operator_by_email, app.operator_session to wayside_app;

drop table platform.operator_sign_ins;
drop table platform.operator_recovery_codes;
drop table platform.operator_second_factors;
