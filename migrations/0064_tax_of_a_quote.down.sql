alter table quotes drop constraint quotes_tax, drop column tax_included, drop column tax_rate;
call platform.audit('quotes');
