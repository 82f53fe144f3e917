drop table reviews;
drop function app.keep_rating();
