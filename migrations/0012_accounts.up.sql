-- Why an account is closed, and tokens that travel by mail.
alter table users
    add column status_reason     text check (length(status_reason) between 1 and 500),
    add column status_changed_at timestamptz;

-- A secret sent to somebody that works once: a reset link, an invitation, a confirmation. Only its SHA-256 is kept. Not audited, like sessions: what it
-- brings about is.
create table one_time_tokens (
    tenant_id  uuid not null default app.current_tenant() references platform.tenants (id),
    id         uuid not null,
    user_id    uuid,                                  -- whose account it is about, if there is one already
    purpose    text not null check (purpose ~ '^[a-z_]{3,40}$'),
    token_hash bytea not null check (length(token_hash) = 32),
    payload    jsonb not null default '{}',
    expires_at timestamptz not null,
    used_at    timestamptz,
    created_at timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint one_time_tokens_token_key unique (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index one_time_tokens_user_idx on one_time_tokens (tenant_id, user_id, purpose);
create index one_time_tokens_expires_at_idx on one_time_tokens (tenant_id, expires_at);
call platform.protect('one_time_tokens');
