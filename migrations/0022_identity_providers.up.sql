-- Signing in with an account somewhere else (OpenID Connect): whom the tenant trusts with it, and which accounts are linked.
create table identity_providers (
    tenant_id            uuid not null default app.current_tenant() references platform.tenants (id),
    id                   uuid not null,
    slug                 text not null check (slug ~ '^[a-z0-9-]{2,40}$'),   -- in the address that the provider sends people back to
    label                text not null check (length(label) between 1 and 40),
    issuer               text not null check (length(issuer) between 8 and 300),
    client_id            text not null check (length(client_id) between 1 and 300),
    sealed_client_secret bytea not null,
    is_enabled           boolean not null default true,
    created_at           timestamptz not null default app.now(),
    updated_at           timestamptz not null default app.now(),
    primary key (tenant_id, id),
    constraint identity_providers_slug_key unique (tenant_id, slug)
);
call platform.protect('identity_providers');
call platform.audit('identity_providers');

create table identity_links (
    tenant_id   uuid not null default app.current_tenant() references platform.tenants (id),
    provider_id uuid not null,
    subject     text not null check (length(subject) between 1 and 255),   -- how the provider calls the person
    user_id     uuid not null,
    created_at  timestamptz not null default app.now(),
    primary key (tenant_id, provider_id, subject),
    foreign key (tenant_id, provider_id) references identity_providers (tenant_id, id) on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index identity_links_user_idx on identity_links (tenant_id, user_id);
call platform.protect('identity_links');
