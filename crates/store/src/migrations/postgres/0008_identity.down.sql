DROP TABLE federated_session;
DROP TABLE identity;
