#!/bin/sh
# Runs once, on an empty volume: one user and database for Temporal, and for the record an owner, who migrates, and the
# worker's login, which has no right beyond the role that the migrations grant to.
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v temporal="$TEMPORAL_DB_PASSWORD" -v owner="$RECORD_OWNER_PASSWORD" -v worker="$RECORD_WORKER_PASSWORD" <<'SQL'
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;

CREATE ROLE countersign_worker NOLOGIN;
CREATE ROLE countersign_owner LOGIN PASSWORD :'owner';
CREATE ROLE countersign LOGIN PASSWORD :'worker' IN ROLE countersign_worker;
CREATE DATABASE countersign OWNER countersign_owner;
REVOKE ALL ON DATABASE countersign FROM PUBLIC;
GRANT CONNECT ON DATABASE countersign TO countersign_worker;
SQL
