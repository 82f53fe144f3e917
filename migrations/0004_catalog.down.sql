drop table prices, services;
