drop function app.schema_versions();
drop function app.session_lives(uuid, uuid, timestamptz);
