-- Passkeys: credentials that a device keeps and unlocks by a finger, a face or a PIN. What is stored is public; the private key never leaves the device.
create table passkeys (
    tenant_id     uuid not null default app.current_tenant() references platform.tenants (id),
    id            uuid not null,
    user_id       uuid not null,
    name          text not null check (length(name) between 1 and 60),   -- how its owner tells it from the others
    credential_id bytea not null,                                        -- how the device calls it
    credential    jsonb not null,                                        -- public key, signature counter and flags, as the library keeps them
    created_at    timestamptz not null default app.now(),
    last_used_at  timestamptz,
    primary key (tenant_id, id),
    constraint passkeys_credential_key unique (tenant_id, credential_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index passkeys_user_idx on passkeys (tenant_id, user_id);
call platform.protect('passkeys');
call platform.audit('passkeys');
