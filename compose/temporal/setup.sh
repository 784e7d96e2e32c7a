#!/bin/sh
# Brings the schemas of Temporal's two databases to the version of this image; may run again at any time.
# SQL_PASSWORD comes from the environment.
set -eu

sql() { # DATABASE ARGUMENT...
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$database" "$@"
}

for database in temporal temporal_visibility; do
  case $database in
    temporal) schema=temporal ;;
    *) schema=visibility ;;
  esac
  # Refused when it is there already; update-schema fails when it neither was there nor could be made.
  sql "$database" setup-schema -v 0.0 || true
  sql "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
done
