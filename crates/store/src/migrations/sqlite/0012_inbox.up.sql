-- What people follow, what they have been told, and how far of the log projections with tables of their own have come.
CREATE TABLE following (
  person TEXT NOT NULL,    -- a key
  urn TEXT NOT NULL,
  at BIGINT NOT NULL,        -- microseconds since the epoch
  PRIMARY KEY (person, urn)
);
CREATE INDEX following_by_urn ON following (urn);
-- In no backup: it is made from the log as that goes on.
CREATE TABLE inbox (
  person TEXT NOT NULL,
  seq BIGINT NOT NULL,       -- the record that it comes from
  at BIGINT NOT NULL,
  urn TEXT NOT NULL,
  what TEXT NOT NULL,
  actor TEXT NOT NULL,     -- who did it
  detail TEXT NOT NULL,
  is_read BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (person, seq)
);
CREATE INDEX inbox_unread ON inbox (person, seq) WHERE is_read = 0;
CREATE TABLE projection (
  name TEXT PRIMARY KEY NOT NULL,
  seq BIGINT NOT NULL
);
