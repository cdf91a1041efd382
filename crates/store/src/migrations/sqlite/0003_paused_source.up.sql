-- Sources of the sources file that are not run by their schedule.
CREATE TABLE paused_source (
  label TEXT PRIMARY KEY NOT NULL
);
