drop trigger audit on staff_alerts;
drop trigger audit on slots;
drop trigger audit on slot_claims;
drop trigger audit on roadside_bookings;
drop trigger audit on resources;
drop trigger audit on provider_skills;
drop trigger audit on job_bookings;
drop trigger audit on blocks;
