-- Who pays for a booking instead of the person on site (a fleet, an insurer, a motor club), and what is urgent.
alter table bookings
    add column billed_to      text check (length(billed_to) between 1 and 120),
    add column purchase_order text check (length(purchase_order) between 1 and 60),
    add column hides_price    boolean not null default false,   -- from the person on site and from the provider
    add column priority       boolean not null default false,
    add constraint bookings_billing check (billed_to is not null or (purchase_order is null and not hides_price));
call platform.holds_remarks('bookings', 'billed_to', 'purchase_order');
call platform.audit('bookings');
