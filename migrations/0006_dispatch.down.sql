drop table dispatch_decisions, assignments, offers, job_bookings, jobs;
