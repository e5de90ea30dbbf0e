-- The queue and the leases empty and fill again, all the time. Vacuum gave the space of an empty table back, and a plan
-- that is made then reads the whole table, which takes nothing; the connection keeps it, until statistics
-- are gathered, while thousands of jobs are queued and done. So they keep their space: as many pages as the planner does
-- not think of reading as a whole. That also spares them the lock that giving space back takes.
alter table job_queue set (vacuum_truncate = off);
alter table job_leases set (vacuum_truncate = off);

-- Nobody ever sees these rows: they are gone in the transaction that they come in.
insert into job_queue (type, priority, available_at, job_id)
select '', 0, now(), gen_random_uuid() from generate_series(1, 2000);
delete from job_queue where type = '';
insert into job_leases (worker_id, job_id, run, claim)
select '', gen_random_uuid(), 0, 0 from generate_series(1, 2000);
delete from job_leases where worker_id = '';
