-- Who can sign in with a password of their own. In no backup.
CREATE TABLE account (
  person TEXT PRIMARY KEY NOT NULL,
  login TEXT NOT NULL,
  password TEXT,               -- Argon2id, in the PHC format
  disabled BIGINT NOT NULL,
  made BIGINT NOT NULL         -- microseconds since the epoch
);
CREATE UNIQUE INDEX account_by_login ON account (login);

-- Who has signed in, by a digest of what the browser has. In no backup.
CREATE TABLE session (
  id TEXT PRIMARY KEY NOT NULL,
  person TEXT NOT NULL,
  begun BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_by_person ON session (person);
