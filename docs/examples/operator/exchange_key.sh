#!/bin/sh
# Exchanges a key of askonce without a gap: both keys are in force until the system that uses them has the new one.
#
#   exchange_key.sh due DAYS         names the keys in force whose newest is older than DAYS, one a line
#   exchange_key.sh begin NAME FILE  makes a key like the newest one of NAME and writes it to FILE, for its owner alone
#   exchange_key.sh finish NAME      revokes every key of NAME but the newest
#
# Between begin and finish: hand FILE to the system, and see in the log of answers (ASKONCE_ACCESS_LOG=true) that no line has
# the old key's id any more. KEY_DAYS is how long a new key lasts (default: for ever).
set -eu

tab=$(printf '\t')
# The keys in force of a name, the oldest first. Columns: id role name queue store space created ends revoked.
in_force() { askonce keys list | awk -F "$tab" -v name="$1" 'NR > 1 && $3 == name && $9 == "-"'; }
of_newest() { in_force "$1" | tail -n 1 | cut -f "$2"; }

case "${1-}" in
due)
    before=$(python3 -c 'import datetime, sys
print((datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=int(sys.argv[1]))).strftime("%Y-%m-%dT%H:%MZ"))' "$2")
    askonce keys list | awk -F "$tab" -v before="$before" '
        NR > 1 && $9 == "-" { newest[$3] = $7 }
        END { for (name in newest) if (newest[name] < before) print name }' | sort
    ;;
begin)
    name=$2 file=$3
    [ -n "$(in_force "$name")" ] || { echo "No key of the name $name is in force." >&2; exit 1; }
    set -- --role "$(of_newest "$name" 2)" --name "$name" --space "$(of_newest "$name" 6)"
    queue=$(of_newest "$name" 4) store=$(of_newest "$name" 5)
    [ "$queue" = - ] || set -- "$@" --queue "$queue"
    [ "$store" = - ] || set -- "$@" --store "$store"
    [ -z "${KEY_DAYS-}" ] || set -- "$@" --days "$KEY_DAYS"
    (umask 077; askonce keys create "$@" > "$file.new")
    mv "$file.new" "$file"
    ;;
finish)
    newest=$(of_newest "$2" 1)
    in_force "$2" | cut -f 1 | while read -r key_id; do
        [ "$key_id" = "$newest" ] || askonce keys revoke "$key_id"
    done
    ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
