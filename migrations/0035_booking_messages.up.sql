-- The secret of a booking's link, sealed by the application: later messages carry the link again, and the hash can't give it back.
alter table bookings add column sealed_access_token bytea;

-- What a message tells of: a booking, and what was done (an assignment, or the booking itself where it happens once). The same deed is told once by each
-- channel, however often its task runs.
alter table notifications
    add column booking_id uuid,
    add column deed_id    uuid,
    add constraint notifications_deed_whole check ((booking_id is null) = (deed_id is null)),
    add constraint notifications_booking_fkey foreign key (tenant_id, booking_id) references bookings (tenant_id, id) on delete cascade;
create unique index notifications_deed_key on notifications (tenant_id, booking_id, kind, deed_id, channel);
