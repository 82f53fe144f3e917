call platform.holds_nothing('bookings', 'billed_to', 'purchase_order');
alter table bookings
    drop constraint bookings_billing,
    drop column billed_to,
    drop column purchase_order,
    drop column hides_price,
    drop column priority;
call platform.audit('bookings');
