drop function app.deadline_put_off;
