#!/bin/sh
# A command of askonce with the settings of its services, as their user: /usr/local/bin/askonce on a machine with systemd.
set -eu
while IFS= read -r line || [ -n "$line" ]; do
    case $line in [A-Z]*=*) ;; *) continue ;; esac
    value=${line#*=}
    case $value in \"*\") value=${value#\"} && value=${value%\"} ;; esac
    export "${line%%=*}=$value"
done </etc/askonce/service.env
export ASKONCE_DATA_DIR="${ASKONCE_DATA_DIR:-/var/lib/askonce}"
if [ "$(id -un)" = askonce ]; then exec /opt/askonce/bin/askonce "$@"; fi
exec runuser --user askonce -- /opt/askonce/bin/askonce "$@"
