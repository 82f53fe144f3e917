drop trigger keep_asks_destination on services;
drop function app.keep_asks_destination();
call platform.holds_nothing('services', 'options');
alter table services drop column options;
