drop schema app cascade;
drop schema platform cascade;
revoke usage on schema public from wayside_app;
alter default privileges grant execute on functions to public;
