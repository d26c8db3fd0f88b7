#!/bin/sh
# Makes .venv from requirements.lock, and the environment that `mlflow run .` uses.
#
# Called by make and ./seedbed. PYTHON names the interpreter; without it the first suitable one on
# the PATH is taken. The stamp is written last, so an interrupted set-up is done again.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
stamp=.venv/.set-up
python=.venv/bin/python

# What a user's shell or pip configuration may say about other environments is not meant for this one.
unset PYTHONPATH PYTHONHOME UV_SYSTEM_PYTHON UV_PYTHON VIRTUAL_ENV
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

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
    for candidate in ${PYTHON:-python3 python3.12 python3.13 python3.11 python}; do
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

# True when .venv is whole and is of the Python that was asked for.
is_usable() {
    [ -e "$stamp" ] && [ -x "$python" ] && [ "$(examine "$python")" != none ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(base_of "$python")" = "$(base_of "$PYTHON")" ]
}
base_of() { "$1" -c 'import os, sys; print(os.path.realpath(sys.base_prefix), sys.version)'; }

make_venv() {
    say "Making .venv with $found ($(examine "$found" | cut -d' ' -f2))."
    "$found" -m venv --clear .venv
    sed -n '/^uv==/,/[^\\]$/p' requirements.lock > .venv/uv.txt
    $python -m pip install --quiet --require-hashes --requirement .venv/uv.txt
}

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
            "touch requirements.lock, then make setup); all else works, and so does" \
            "\`mlflow run . --env-manager local\` with .venv activated."
    fi
}

if is_usable; then
    [ requirements.lock -nt "$stamp" ] || exit 0
    rm -f "$stamp"
else
    find_python
    rm -f "$stamp"
    make_venv
fi
follow_pip
install_lock
prepare_mlflow
$python -c 'import sys; print(sys.version)' > "$stamp"
say "The set-up is done."
