-- Whom a directory of people means by what it calls them (SCIM). In no backup.
CREATE TABLE provisioned_user (
  service TEXT COLLATE "C" NOT NULL,         -- service: and its slug
  person TEXT COLLATE "C" NOT NULL,          -- their key, which is the id there
  user_name TEXT COLLATE "C" NOT NULL,       -- lower case
  external_id TEXT COLLATE "C",
  stated TEXT NOT NULL,          -- JSON: as the directory has it
  made BIGINT NOT NULL,          -- microseconds since the epoch
  changed BIGINT NOT NULL,
  ended BIGINT,                  -- NULL as long as the directory has them
  kept_out BIGINT NOT NULL,      -- 1 where it was the directory that had the account disabled
  PRIMARY KEY (service, person)
);
CREATE UNIQUE INDEX provisioned_user_by_name ON provisioned_user (service, user_name);
CREATE INDEX provisioned_user_by_external_id ON provisioned_user (service, external_id);

-- Which group a directory has made. In no backup.
CREATE TABLE provisioned_group (
  service TEXT COLLATE "C" NOT NULL,
  urn TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  external_id TEXT,
  made BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (service, urn)
);
