-- From where a change came, as the audit has it of its lines. What was written before has none, and its chain is as it was.
ALTER TABLE log ADD COLUMN origin TEXT COLLATE "C";                            -- the address
ALTER TABLE log ADD COLUMN salt TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE log ADD COLUMN origin_digest TEXT COLLATE "C" NOT NULL DEFAULT ''; -- SHA-256 of salt and origin, so that these can be erased and the chain holds
