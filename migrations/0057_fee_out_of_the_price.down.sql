alter table quotes drop column kept_fee_amount;
call platform.audit('quotes');
