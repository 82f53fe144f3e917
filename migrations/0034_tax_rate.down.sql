drop function app.tenant_change_money_rules;
alter table platform.tenants drop column tax_rate;
