DROP INDEX log_erased;
DROP INDEX log_by_actor;
DROP INDEX log_by_time;
DROP TABLE audit_head;
DROP TABLE audit;
