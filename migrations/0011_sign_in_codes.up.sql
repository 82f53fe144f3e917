-- A second factor: an authenticator app, and recovery codes for when it is lost. Not audited by trigger, for every sign-in changes `last_step`: what is
-- switched on and off is written to the audit log as a deed.
create table second_factors (
    tenant_id             uuid not null default app.current_tenant() references platform.tenants (id),
    user_id               uuid not null,
    sealed_seed           bytea not null,            -- what the app knows, too
    confirmed_at          timestamptz,               -- null: being set up, nobody is asked for it yet
    last_step             bigint not null default 0, -- the 30 seconds whose code was used last: no code works twice
    sealed_recovery_codes bytea,                     -- to be shown once more, until then
    recovery_shown_until  timestamptz,
    primary key (tenant_id, user_id),
    constraint second_factors_shown_for_a_while check ((sealed_recovery_codes is null) = (recovery_shown_until is null)),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
call platform.protect('second_factors');

create table recovery_codes (
    tenant_id uuid not null default app.current_tenant() references platform.tenants (id),
    user_id   uuid not null,
    code_hash bytea not null check (length(code_hash) = 32),   -- SHA-256; the codes have 80 random bits
    used_at   timestamptz,
    primary key (tenant_id, user_id, code_hash),
    foreign key (tenant_id, user_id) references second_factors (tenant_id, user_id) on delete cascade
);
call platform.protect('recovery_codes');

-- Six digits by text message. Not audited, like sessions.
create table phone_codes (
    tenant_id    uuid not null default app.current_tenant() references platform.tenants (id),
    id           uuid not null,
    purpose      text not null check (purpose in ('sign_in', 'verify')),
    user_id      uuid,                               -- whose it is; null for a sign-in until the code is sent, and for a number nobody has
    sealed_phone bytea not null,
    code_digest  bytea,                              -- keyed; null until the code is sent
    attempts     integer not null default 0 check (attempts between 0 and 5),
    expires_at   timestamptz not null,
    used_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index phone_codes_user_idx on phone_codes (tenant_id, user_id);
create index phone_codes_expires_at_idx on phone_codes (tenant_id, expires_at);
call platform.protect('phone_codes');

-- Whoever holds the phone may sign in with it, so a confirmed number belongs to one account.
alter table users add column phone_verified_at timestamptz;
create unique index users_verified_phone_key on users (tenant_id, phone) where phone_verified_at is not null;

create function app.forget_phone_verification() returns trigger language plpgsql as $$
begin
    if new.phone is distinct from old.phone and new.phone_verified_at is not distinct from old.phone_verified_at then
        new.phone_verified_at := null;
    end if;
    return new;
end $$;
create trigger forget_phone_verification before update of phone on users for each row execute function app.forget_phone_verification();
