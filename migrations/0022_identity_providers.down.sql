drop table identity_links;
drop table identity_providers;
