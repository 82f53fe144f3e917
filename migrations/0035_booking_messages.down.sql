drop index notifications_deed_key;
alter table notifications
    drop constraint notifications_booking_fkey,
    drop constraint notifications_deed_whole,
    drop column deed_id,
    drop column booking_id;
alter table bookings drop column sealed_access_token;
