drop function app.forget_records(timestamptz), app.forget_changes(uuid[], text[]), app.forget_events(uuid[]),
    app.redact_identifiers(text[], text[], text[], text[], text[]), app.find_identifiers(text[], text[]);
drop function platform.redact(text[], text[], text[]), platform.redact(jsonb, text[], text[]), platform.redact(text, text[], text[]),
    platform.written_columns(), platform.closed_up(text), platform.plain(text);
drop table erasures;
alter table users drop column erased_at;
