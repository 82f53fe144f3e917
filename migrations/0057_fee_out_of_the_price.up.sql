-- What the platform keeps of a price, besides a line of its own for a fee on top. Negative where a price is taken back.
alter table quotes add column kept_fee_amount bigint not null default 0;
call platform.audit('quotes');
