#!/bin/sh
# Makes .venv from requirements.lock, and the environment that `mlflow run .` uses.
#
#   sh scripts/set-up.sh                        called by make
#   PYTHON=/path/to/python3.12 make setup       with that Python instead of the first on the PATH
#
# The stamp, a copy of the lock that was installed, is written last: an interrupted or broken set-up
# is done again. One set-up at a time works on a clone; a second one waits.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
marker=.venv/.seedbed
stamp=.venv/.set-up
python=.venv/bin/python

case ${1:-} in
    -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' scripts/set-up.sh; exit 0 ;;
esac

# What a user's shell or pip configuration may say about other environments is not meant for this one.
unset PYTHONPATH PYTHONHOME UV_SYSTEM_PYTHON UV_PYTHON VIRTUAL_ENV
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

# Refuses a .venv that this script did not make: it may belong to another project.
refuse_foreign() {
    [ ! -L .venv ] ||
        fail ".venv must be a folder of this clone, but is a link to $(readlink .venv):" \
            "remove the link (rm .venv), then call make setup."
    [ -e .venv ] || return 0
    [ -d .venv ] || fail ".venv must be a folder, but is a file: move it away, then call make setup."
    [ -e "$marker" ] || [ -e "$stamp" ] || [ -z "$(ls -A .venv)" ] ||
        fail ".venv must be made by this set-up, but something else made the one that is here:" \
            "move it away (mv .venv .venv-old), then call make setup."
}

# Prints ok, old, new or no-venv, then the version.
probe='
import sys
version = tuple(sys.version_info[:3])
state = "old" if version < (3, 11) else "new" if version >= (3, 14) else "ok"
if state == "ok":
    try:
        import ensurepip, venv
    except ImportError:
        state = "no-venv"
print("%s %d.%d.%d" % ((state,) + version))
'

examine() { "$1" -c "$probe" 2>/dev/null || echo 'none'; }

# Sets `found` to a suitable interpreter, or says in one sentence what is the matter.
find_python() {
    seen=''
    without_venv=''
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.12 python3.13 python3.11 python
        [ ! -x "$python" ] || set -- "$@" "$(readlink -f "$python")"
    fi
    for candidate; do
        verdict=$(examine "$candidate")
        case $verdict in
            'ok '*) found=$candidate; return ;;
            'no-venv '*) without_venv=${without_venv:-"$candidate (${verdict#* })"} ;;
            'none') ;;
            *) seen="$seen${seen:+, }$candidate (${verdict#* })" ;;
        esac
    done
    [ -z "$without_venv" ] ||
        fail "The set-up needs Python's venv and ensurepip modules, which $without_venv lacks:" \
            "install them (on Debian and Ubuntu: apt-get install python3-venv)" \
            "or name another Python: make PYTHON=/path/to/python3.12."
    [ -z "$seen" ] ||
        fail "Seedbed needs Python 3.11 to 3.13, but found $seen:" \
            "install one of these versions or name it: make PYTHON=/path/to/python3.12."
    [ -z "${PYTHON:-}" ] ||
        fail "PYTHON must name a Python 3.11 to 3.13, but '$PYTHON' cannot be run as one:" \
            "give the path of an interpreter, as in make PYTHON=/path/to/python3.12."
    fail "Seedbed needs Python 3.11 to 3.13, but found no python3 on the PATH:" \
        "install one or name it: make PYTHON=/path/to/python3.12."
}

# Has this script work on the clone alone, until it ends. The lock belongs to file descriptor 9.
lock() {
    exec 9>> .set-up.lock
    if ! flock_9 ' | fcntl.LOCK_NB'; then
        say "Another set-up works on this clone; waiting for it."
        flock_9 || fail "The set-up must lock $root/.set-up.lock, but the file system refuses it:" \
            "clone into a folder on a local disk."
    fi
}
flock_9() { "$found" -c "import fcntl; fcntl.flock(9, fcntl.LOCK_EX${1:-})" 2>/dev/null; }

# True if an earlier set-up of this clone came to its end and .venv is of the Python asked for.
is_usable() {
    [ -e "$stamp" ] && [ -x "$python" ] && [ "$(examine "$python")" != none ] || return 1
    [ ! -e "$marker" ] || [ "$(cat "$marker")" = "$root" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(base_of "$python")" = "$(base_of "$PYTHON")" ]
}
base_of() { "$1" -c 'import os, sys; print(os.path.realpath(sys.base_prefix), sys.version)'; }

make_venv() {
    say "Making .venv with $found ($(examine "$found" | cut -d' ' -f2))."
    rm -rf .venv
    mkdir .venv
    mark
    "$found" -m venv .venv
    sed -n '/^uv==/,/[^\\]$/p' requirements.lock > .venv/uv.txt
    $python -m pip install --quiet --require-hashes --requirement .venv/uv.txt
}
mark() { printf '%s\n' "$root" > "$marker"; }

# uv does not read pip's settings; a mirror that pip is told to use is meant for uv as well.
follow_pip() {
    [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || return 0
    index=${PIP_INDEX_URL:-$($python -m pip config get global.index-url 2>/dev/null || :)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
}

install_lock() {
    say "Installing the packages of requirements.lock" \
        "(2.8 GB on disk; downloaded unless cached)."
    if [ -t 2 ]; then quiet=''; else quiet='--quiet'; fi
    # shellcheck disable=SC2086
    .venv/bin/uv pip sync $quiet --compile-bytecode --python $python requirements.lock || {
        say "uv could not install them; trying pip, which reads other settings."
        $python -m pip install --quiet --requirement requirements.lock
    }
    $python scripts/environment.py
}

# The command `seedbed` of this clone, and `import seedbed` in a notebook that runs on .venv. Nothing
# is installed: the code that runs is the code in this folder.
add_command() {
    site=$($python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" > "$site/seedbed.pth"
    # -P: a folder `seedbed` where the user is cannot stand in for the package.
    cat > .venv/bin/seedbed <<'END'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -P -m seedbed "$@"
END
    chmod 755 .venv/bin/seedbed
}

# Imports what the commands import, so that an environment which cannot is never called done.
import_packages() {
    say "Importing the packages."
    TF_CPP_MIN_LOG_LEVEL=3 $python -c 'import numpy, scipy, sklearn, mlflow, optuna, tensorflow, keras' \
        > .venv/import.log 2>&1 && .venv/bin/seedbed --help > .venv/import.log 2>&1 || {
        tail -n 5 .venv/import.log >&2
        fail "The packages of requirements.lock must import in .venv, but do not, see above:" \
            "call make clean, then make setup."
    }
}

# `mlflow run` uses an environment of its own, named after the lock's content and Python's version,
# and wants pyenv to make it, but takes one that is there: make it once with uv. The run that this
# takes goes to a store that is thrown away.
prepare_mlflow() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    say "Preparing the environment of \`mlflow run .\`."
    base=$($python -c 'import sys; print(sys.base_prefix)')
    if ! (
        cd "$scratch"
        unset MLFLOW_RUN_ID MLFLOW_EXPERIMENT_ID MLFLOW_EXPERIMENT_NAME
        export MLFLOW_TRACKING_URI="sqlite:///$scratch/mlflow.db" UV_PYTHON_DOWNLOADS=never
        export PATH="$root/.venv/bin:$base/bin:$PATH"
        python -m mlflow run "$root" --entry-point environment --env-manager uv > log 2>&1
    ); then
        tail -n 5 "$scratch/log" >&2
        say "The environment of \`mlflow run .\` could not be made, see above (to try again:" \
            "rm $stamp, then make setup); all else works, and so does" \
            "\`mlflow run . --env-manager local\` with .venv activated."
    fi
}

refuse_foreign
find_python
lock
refuse_foreign
if is_usable; then
    ! cmp -s requirements.lock "$stamp" || exit 0
    rm -f "$stamp"
    mark
else
    make_venv
fi
cp requirements.lock .venv/installed.lock
follow_pip
install_lock
add_command
import_packages
prepare_mlflow
mv .venv/installed.lock "$stamp"
say "The set-up is done."
