DROP TABLE profile_column;
DROP TABLE profile;
