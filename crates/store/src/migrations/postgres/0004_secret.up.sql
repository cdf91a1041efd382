-- Named secrets, sealed by a key that is kept elsewhere. In no backup.
CREATE TABLE secret (
  name TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  key TEXT NOT NULL,          -- the fingerprint of the key
  sealed TEXT NOT NULL,
  set_at BIGINT NOT NULL,     -- microseconds since the epoch
  set_by TEXT NOT NULL
);
