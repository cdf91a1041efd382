-- The append-only log: one line a change, with the whole body of the new revision.
CREATE TABLE log (
  seq BIGINT PRIMARY KEY NOT NULL,
  at BIGINT NOT NULL,                -- microseconds since the epoch, never decreasing
  actor TEXT COLLATE "C" NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  urn TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  body TEXT,                         -- NULL: removed
  body_digest TEXT COLLATE "C" NOT NULL,         -- SHA-256 of the body, so that a body can be erased and the chain holds
  chain TEXT COLLATE "C" NOT NULL                -- SHA-256 over the chain before and this line
);
CREATE UNIQUE INDEX log_by_entity ON log (urn, revision);

-- Where each entity stands: the head of its history.
CREATE TABLE document (
  urn TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  sources TEXT COLLATE "C" NOT NULL,             -- |dbt:shop|person|
  alias_of TEXT COLLATE "C"
);
CREATE INDEX document_by_kind ON document (kind, urn) WHERE removed = 0;
CREATE INDEX document_by_alias ON document (alias_of) WHERE alias_of IS NOT NULL;

-- One row: the end of the log. Its lock is what gives sequences in the order of commits.
CREATE TABLE head (
  one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  chain TEXT COLLATE "C" NOT NULL
);
INSERT INTO head (one, seq, at, chain) VALUES (1, 0, 0, '');

CREATE TABLE harvest_run (
  id BIGINT PRIMARY KEY NOT NULL,
  body TEXT COLLATE "C" NOT NULL
);

CREATE TABLE visit (
  day BIGINT NOT NULL,
  urn TEXT COLLATE "C" NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (day, urn)
);

CREATE TABLE kept (
  name TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL
);
