-- Whom a provider of identities means by a subject. In no backup.
CREATE TABLE identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person TEXT NOT NULL,
  member_of TEXT NOT NULL,     -- JSON: groups that the provider put them in
  made BIGINT NOT NULL,        -- microseconds since the epoch
  seen BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_by_person ON identity (person);

-- By what a session was begun; goes with it. In no backup.
CREATE TABLE federated_session (
  session TEXT PRIMARY KEY NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  sid TEXT,
  id_token TEXT NOT NULL
);
CREATE INDEX federated_session_by_subject ON federated_session (provider, subject);
CREATE INDEX federated_session_by_sid ON federated_session (provider, sid);
