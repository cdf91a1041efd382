DROP INDEX inbox_by_record;
DROP TABLE mail_choice;
DROP TABLE outbox_holder;
DROP TABLE outbox_channel;
DROP TABLE outbox;
