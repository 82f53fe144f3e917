drop table form_drafts, provider_positions, provider_skills, providers, customer_vehicles, customers, users, audit_log;
drop procedure platform.audit(regclass);
drop function app.audit();
