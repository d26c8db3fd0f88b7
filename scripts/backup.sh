#!/bin/sh
# Called by `make backup` and `make restore`: in the service's containers, or with LOCAL=yes here.
#
#   sh scripts/backup.sh backup [FILE]
#   sh scripts/backup.sh restore FILE [--yes]
#
# COMPOSE names the compose program. A backup holds every password's hash: only its owner reads it.
set -eu
cd "$(dirname "$0")/.."
umask 077
fail() { printf 'Error: %s\n' "$*" >&2; exit 2; }

what=$1
file=${2:-}
[ $# -lt 2 ] || shift
shift

# Runs `python -m seedbed service` in the service of the same name, its data through a pipe.
service() {
    if [ -n "${LOCAL:-}" ]; then
        .venv/bin/python -m seedbed service "$@"
    else
        # -T: no terminal, which would change the bytes
        ${COMPOSE:-docker compose} run --rm -T "$what" python -m seedbed service "$@"
    fi
}

case $what in
backup)
    [ -n "$file" ] || file=backups/seedbed-$(date -u +%Y%m%dT%H%M%SZ).tar
    [ ! -e "$file" ] || fail "FILE must be new, but $file exists: give another name."
    mkdir -p "$(dirname "$file")"
    part=$(mktemp "$file.part.XXXXXX")
    trap 'rm -f "$part"' EXIT
    service backup - > "$part"
    sync "$part"
    ln "$part" "$file" || fail "FILE must be new, but $file exists by now: give another name."
    echo "$file"
    ;;
restore)
    [ -n "$file" ] || fail "FILE must be given: make restore FILE=backups/….tar."
    [ -r "$file" ] || fail "FILE must be a backup that can be read, got $file."
    service restore "$@" - < "$file"
    ;;
*) fail "say backup or restore, got $what." ;;
esac
