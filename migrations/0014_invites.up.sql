-- Invitations, and what is decided about providers with a reason.
create table invites (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    id          uuid not null,
    email       text not null check (email = lower(email)),
    role        text not null check (role in ('provider', 'staff', 'admin')),
    token_hash  bytea not null check (length(token_hash) = 32),   -- of the link sent last; sending again replaces it, which kills the older one
    invited_by  uuid not null,
    invited_at  timestamptz not null default app.now(),
    sent_at     timestamptz not null default app.now(),
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    revoked_at  timestamptz,
    revoked_by  uuid,
    primary key (tenant_id, id),
    constraint invites_token_key unique (tenant_id, token_hash),
    constraint invites_acceptance check ((accepted_at is null) = (accepted_by is null)),
    constraint invites_revocation check ((revoked_at is null) = (revoked_by is null)),
    constraint invites_closed_once check (accepted_at is null or revoked_at is null),
    foreign key (tenant_id, invited_by) references users (tenant_id, id),
    foreign key (tenant_id, accepted_by) references users (tenant_id, id),
    foreign key (tenant_id, revoked_by) references users (tenant_id, id)
);
-- An address has one open invitation; what becomes of it later is another.
create unique index invites_one_open_per_address on invites (tenant_id, email) where accepted_at is null and revoked_at is null;
create index invites_invited_at_idx on invites (tenant_id, invited_at desc, id desc);
create index invites_invited_by_idx on invites (tenant_id, invited_by);
create index invites_accepted_by_idx on invites (tenant_id, accepted_by);
create index invites_revoked_by_idx on invites (tenant_id, revoked_by);
call platform.protect('invites');
call platform.audit('invites');

alter table providers
    drop constraint providers_status_check,
    add constraint providers_status_check check (status in ('pending', 'active', 'rejected', 'inactive', 'suspended')),
    add column status_reason     text check (length(status_reason) between 1 and 500),   -- told to the provider
    add column status_changed_at timestamptz;

-- Who works here is few among many customers; an operator on arrays uses no index under a policy.
alter table users add column works_here boolean not null generated always as (roles && '{provider,staff,admin}'::text[]) stored;
create index users_working_idx on users (tenant_id, name, id) where works_here;
