DROP INDEX inbox_unread;
ALTER TABLE inbox DROP COLUMN aside;
CREATE INDEX inbox_unread ON inbox (person, seq) WHERE is_read = 0;
