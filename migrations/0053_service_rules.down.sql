call platform.holds_nothing('bookings', 'refund_tiers');
alter table bookings drop column refund_tiers;
call platform.audit('bookings');
call platform.holds_nothing('service_rules');
drop table service_rules;
