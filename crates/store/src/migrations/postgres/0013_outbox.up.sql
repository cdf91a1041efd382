-- What is to leave the catalog and has not arrived; in no backup, since nobody is told anew what they were told.
CREATE TABLE outbox (
  id TEXT COLLATE "C" PRIMARY KEY NOT NULL,   -- by which whoever gets it knows it again
  channel TEXT COLLATE "C" NOT NULL,          -- 'mail', or 'webhook:' and its name
  about TEXT COLLATE "C" NOT NULL,            -- what is kept in order: an entity, or the key of a person
  seq BIGINT NOT NULL,            -- the record that it comes from
  at BIGINT NOT NULL,             -- microseconds since the epoch, as all times here
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  last_try BIGINT,
  letter TEXT COLLATE "C",                    -- what leaves together
  why TEXT NOT NULL,
  is_dead BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (channel, seq) WHERE is_dead = 0;
CREATE INDEX outbox_about ON outbox (channel, about, seq) WHERE is_dead = 0;
CREATE INDEX outbox_dead ON outbox (channel, seq) WHERE is_dead = 1;
CREATE TABLE outbox_channel (
  channel TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  arrived BIGINT NOT NULL,
  last_arrived BIGINT,
  last_failed BIGINT,
  why TEXT NOT NULL
);
-- Which process sends, where several share a database.
CREATE TABLE outbox_holder (
  channel TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  holder TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL
);
CREATE TABLE mail_choice (
  person TEXT COLLATE "C" NOT NULL,
  what TEXT COLLATE "C" NOT NULL,
  how TEXT NOT NULL,
  PRIMARY KEY (person, what)
);
CREATE INDEX inbox_by_record ON inbox (seq);
