alter table quotes drop column included_tax_amount;
call platform.audit('quotes');

alter table quote_lines drop column unit;
call platform.holds_nothing('quote_lines', 'unit');
