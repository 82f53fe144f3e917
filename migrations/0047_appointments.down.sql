call platform.holds_nothing('booking_people');
drop table booking_people;
alter table bookings drop constraint bookings_end_after_begin, drop column units, drop column ends_at;
call platform.audit('bookings');
