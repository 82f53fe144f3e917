-- The tax that a price was agreed with. Null in the rows that the previous version writes: there the rate is in the label of the tax line.
alter table quotes
    add column tax_rate integer check (tax_rate between 0 and 100000),   -- thousandths of a percent
    add column tax_included boolean,
    add constraint quotes_tax check ((tax_rate is null) = (tax_included is null));
call platform.audit('quotes');
