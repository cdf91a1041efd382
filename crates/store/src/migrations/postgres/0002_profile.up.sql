-- What the data of an asset was like, at one version of it.
CREATE TABLE profile (
  urn TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,                -- when it was taken, microseconds since the epoch
  head TEXT NOT NULL,
  PRIMARY KEY (urn, version)
);

CREATE TABLE profile_column (
  urn TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  place BIGINT NOT NULL,             -- in the table's own order, from 0
  body TEXT NOT NULL,
  PRIMARY KEY (urn, version, path)
);
CREATE INDEX profile_column_by_place ON profile_column (urn, version, place);
CREATE INDEX profile_column_by_path ON profile_column (urn, path);
