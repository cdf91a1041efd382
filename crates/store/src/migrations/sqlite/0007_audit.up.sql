-- What changed nothing and is to be known all the same: refusals, readings of data, comings and goings. In no backup.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY NOT NULL,
  at BIGINT NOT NULL,                -- microseconds since the epoch; of several that were folded, the first
  until BIGINT NOT NULL,             -- the last of them
  actor TEXT NOT NULL,
  who TEXT NOT NULL,
  door TEXT NOT NULL,
  origin TEXT,                      -- the address that it came from
  salt TEXT NOT NULL,
  origin_digest TEXT NOT NULL,      -- SHA-256 of salt and origin, so that these can be erased and the chain holds
  act TEXT NOT NULL,
  action TEXT NOT NULL,
  urn TEXT,
  why TEXT NOT NULL,
  count BIGINT NOT NULL,
  chain TEXT NOT NULL               -- SHA-256 over the chain before and this line
);
CREATE INDEX audit_by_time ON audit (at, seq);
CREATE INDEX audit_by_actor ON audit (actor, at, seq);
CREATE INDEX audit_by_entity ON audit (urn, at, seq) WHERE urn IS NOT NULL;

-- One row: the end of the stream. It has a lock of its own, so that no change waits for it.
CREATE TABLE audit_head (
  one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
  seq BIGINT NOT NULL,
  chain TEXT NOT NULL
);
INSERT INTO audit_head (one, seq, chain) VALUES (1, 0, '');

-- The log is asked by time and by who, too.
CREATE INDEX log_by_time ON log (at, seq);
CREATE INDEX log_by_actor ON log (actor, at, seq);

-- Who was erased: the last record of a person, and no other, has that for its reason.
CREATE INDEX log_erased ON log (urn) WHERE reason = 'erased';
