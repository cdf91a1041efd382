-- What somebody was told and has put aside: until when it is not shown, or the greatest number where they are done with it.
ALTER TABLE inbox ADD COLUMN aside BIGINT;
DROP INDEX inbox_unread;
CREATE INDEX inbox_unread ON inbox (person, seq, aside) WHERE is_read = 0;
