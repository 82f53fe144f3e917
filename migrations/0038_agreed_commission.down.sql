alter table assignments
    drop constraint assignments_commission_whole,
    drop column flat_fee_amount,
    drop column commission_rate,
    drop column commission_type;
call platform.audit('assignments');

alter table offers
    drop constraint offers_commission_whole,
    drop column flat_fee_amount,
    drop column commission_rate,
    drop column commission_type;
call platform.audit('offers');
