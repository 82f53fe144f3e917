drop table slot_claims, slots, reservations, blocks, resources;
drop function app.count_claims();
