#!/bin/sh
# Makes the addresses of the stores from the secret files, so that no password stands in docker-compose.yml
# or in what `docker inspect` shows, and then becomes the program.
set -eu
secrets=/run/secrets
if [ -z "${DATABASE_URL:-}" ] && [ -r "$secrets/postgres-password" ]; then
  DATABASE_URL="postgres://lineside:$(cat "$secrets/postgres-password")@${POSTGRES_HOST:-postgres}:5432/lineside"
  export DATABASE_URL
fi
if [ -z "${REDIS_URL:-}" ] && [ -r "$secrets/redis-password" ]; then
  REDIS_URL="redis://:$(cat "$secrets/redis-password")@${REDIS_HOST:-redis}:6379"
  export REDIS_URL
fi
exec "$@"
