-- The last record that changed who may do what.
ALTER TABLE head ADD COLUMN policies BIGINT NOT NULL DEFAULT 0;
UPDATE head SET policies = (
  SELECT COALESCE(MAX(seq), 0) FROM log WHERE kind IN ('organisation', 'domain-unit', 'person', 'group', 'glossary', 'term')
);
