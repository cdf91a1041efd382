DROP TABLE session;
DROP TABLE account;
