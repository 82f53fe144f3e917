alter table bookings drop column refund_tiers;
call platform.audit('bookings');
drop table service_rules;
