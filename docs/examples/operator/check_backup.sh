#!/bin/sh
# Shows that a dump of askonce can be restored, and how old it is: restores it into a database of its own, counts, and drops
# that again. For a nightly job: it ends with a status above 0 if anything is wrong.
#
#   check_backup.sh DUMP HOURS   HOURS: how old the newest record of a customer may be
#
# ASKONCE_DATABASE_URL leads to a server where its user may make databases; best not to the one that serves.
set -eu

dump=$1 hours=$2
name="askonce_check_$$"
url=$(python3 -c 'import sys, urllib.parse as u
print(u.urlunsplit(u.urlsplit(sys.argv[1])._replace(path="/" + sys.argv[2])))' "$ASKONCE_DATABASE_URL" "$name")
ask() { psql --quiet --no-align --tuples-only --dbname="$url" --command="$1"; }

psql --quiet --dbname="$ASKONCE_DATABASE_URL" --command="CREATE DATABASE $name"
trap 'psql --quiet --dbname="$ASKONCE_DATABASE_URL" --command="DROP DATABASE $name WITH (FORCE)"' EXIT
pg_restore --exit-on-error --no-owner --dbname="$url" "$dump"
ASKONCE_DATABASE_URL="$url" askonce migrate > /dev/null # refuses a dump of a newer version

customers=$(ask 'SELECT count(*) FROM customer')
fresh=$(ask "SELECT max(registered_at) > now() - interval '$hours hours' FROM interaction")
echo "$dump holds $customers customers; its newest record is of $(ask 'SELECT max(registered_at) FROM interaction')"
[ "$customers" -gt 0 ] && [ "$fresh" = t ]
