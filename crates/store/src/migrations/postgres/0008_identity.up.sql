-- Whom a provider of identities means by a subject. In no backup.
CREATE TABLE identity (
  issuer TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  member_of TEXT NOT NULL,     -- JSON: groups that the provider put them in
  made BIGINT NOT NULL,        -- microseconds since the epoch
  seen BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_by_person ON identity (person);

-- By what a session was begun; goes with it. In no backup.
CREATE TABLE federated_session (
  session TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  provider TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  sid TEXT COLLATE "C",
  id_token TEXT NOT NULL
);
CREATE INDEX federated_session_by_subject ON federated_session (provider, subject);
CREATE INDEX federated_session_by_sid ON federated_session (provider, sid);
