-- A payment of a negative amount is money to give back: what was paid is more than what is due since the booking was cancelled.
alter table payments
    drop constraint payments_amount_check,
    add constraint payments_amount_check check (amount <> 0);
