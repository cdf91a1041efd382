DROP TABLE kept;
DROP TABLE visit;
DROP TABLE harvest_run;
DROP TABLE head;
DROP TABLE document;
DROP TABLE log;
