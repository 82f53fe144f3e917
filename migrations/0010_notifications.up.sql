-- Messages to people, by e-mail and text message. Who it goes to and what it says is sealed by the application and wiped once it was sent: what stays
-- says that a message of a kind went out, and when. A log, so no trigger of the audit log.
create table notifications (
    tenant_id      uuid not null default app.current_tenant() references platform.tenants (id),
    id             uuid not null,
    channel        text not null check (channel in ('email', 'sms')),
    kind           text not null check (length(kind) between 1 and 40),
    status         text not null default 'waiting' check (status in ('waiting', 'sent', 'kept', 'failed')),   -- kept: in the mailbox of a development machine
    sealed_content bytea,
    error          text check (length(error) <= 200),      -- of the last try; a code, never an address
    created_at     timestamptz not null default app.now(),
    sent_at        timestamptz,
    primary key (tenant_id, id),
    constraint notifications_unsent_has_content check (status not in ('waiting', 'kept') or sealed_content is not null),
    constraint notifications_wiped_when_done check (status not in ('sent', 'failed') or sealed_content is null),
    constraint notifications_sent_whole check ((status = 'sent') = (sent_at is not null))
);
create index notifications_created_at_idx on notifications (tenant_id, created_at desc);
call platform.protect('notifications');
