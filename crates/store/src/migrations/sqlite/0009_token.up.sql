-- What programs come in by, as a digest. In no backup.
CREATE TABLE token (
  id TEXT PRIMARY KEY NOT NULL,
  digest TEXT NOT NULL,     -- SHA-256 of what the program has
  owner TEXT NOT NULL,      -- the key of a person, or service: and its slug
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  made BIGINT NOT NULL,        -- microseconds since the epoch
  made_by TEXT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT                  -- by minutes; NULL until it has been used
);
CREATE UNIQUE INDEX token_by_digest ON token (digest);
CREATE INDEX token_by_owner ON token (owner);
