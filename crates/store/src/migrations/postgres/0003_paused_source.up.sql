-- Sources of the sources file that are not run by their schedule.
CREATE TABLE paused_source (
  label TEXT COLLATE "C" PRIMARY KEY NOT NULL
);
