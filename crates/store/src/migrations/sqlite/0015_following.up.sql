-- After which record somebody follows something; since when, a clock that goes back cannot say.
ALTER TABLE following ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE following DROP COLUMN at;
