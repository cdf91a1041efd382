DROP TABLE projection;
DROP TABLE inbox;
DROP TABLE following;
