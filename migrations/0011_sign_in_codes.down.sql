drop trigger forget_phone_verification on users;
drop function app.forget_phone_verification();
drop index users_verified_phone_key;
alter table users drop column phone_verified_at;
drop table phone_codes;
drop table recovery_codes;
drop table second_factors;
