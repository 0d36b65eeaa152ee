#!/bin/sh
# Set up .venv in this checkout, from the locks in requirements/.
#
#   sh scripts/setup.sh run          what the arena needs
#   sh scripts/setup.sh run dev      and what tests and checks need
#   sh scripts/setup.sh run tpu      and JAX for TPU
#
# What is up to date is left alone, without touching the network. Every finished step leaves a copy
# of what it was made from in .venv/set-up/, so a step that was interrupted is done again.
# PYTHON=/path/to/python chooses the Python that .venv is made with.
set -eu
cd "$(dirname "$0")/.."

done_=.venv/set-up
log=$done_/log.txt

# Settings of the person's own that would send packages elsewhere than into .venv.
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PIP_NO_BINARY
unset PIP_REQUIRE_HASHES PIP_DRY_RUN
export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

main() {
    is_ours || make_venv
    for part in "$@" $(tpu_once_chosen); do
        is_done "requirements/$part.txt" "$part" || install_lock "$part"
    done
    is_done pyproject.toml project || install_project
}

# --- .venv itself -------------------------------------------------------------------------------

# Print the version of a Python as 3.12, or nothing where it does not run.
version_of() {
    "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

# The Pythons that the locks hold packages for.
fits() {
    case $1 in 3.11 | 3.12 | 3.13 | 3.14) true ;; *) false ;; esac
}

# A .venv that was moved, or whose Python is gone or not the one asked for, is made again.
is_ours() {
    [ -f $done_/venv ] || return 1
    version=$(version_of .venv/bin/python)
    [ "$(cat $done_/venv)" = "$PWD $version" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$version" ]
}

make_venv() {
    if [ -e .venv ] && [ ! -d $done_ ]; then
        adopt_venv
        return
    fi
    python=$(find_python)
    say "Making .venv with Python $(version_of "$python")."
    rm -rf .venv
    mkdir -p $done_
    if ! "$python" -I -m venv .venv >$log 2>&1; then
        tail -n 15 $log >&2
        fail "$python could not make .venv here; its own words are above."
    fi
    echo "$PWD $(version_of .venv/bin/python)" >$done_/venv
}

# Somebody made this .venv before us: use it where that works, and never remove it.
adopt_venv() {
    if fits "$(version_of .venv/bin/python)" && .venv/bin/python -I -c 'import pip' 2>/dev/null; then
        mkdir -p $done_
        echo "$PWD $(version_of .venv/bin/python)" >$done_/venv
    else
        fail ".venv is here but holds no Python 3.11 to 3.14 with pip; move it away and try again."
    fi
}

# Print the first Python that fits and has venv; where none does, uv may bring one.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.14 python3.11
    fi
    bare= other= hint="install one, or install uv, which can bring one, and try again."
    for candidate in "$@"; do
        version=$(version_of "$candidate")
        if ! fits "$version"; then
            [ -n "$other" ] || other=${version:+"$candidate is Python $version"}
        elif "$candidate" -I -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return
        else
            [ -n "$bare" ] || bare=$candidate
        fi
    done
    if [ -z "${PYTHON:-}" ] && command -v uv >/dev/null 2>&1; then
        uv_python && return
        hint="uv could not bring one, see above; install one and try again."
    fi
    if [ -n "$bare" ]; then
        fail "$bare is here, but without its venv module; install it" \
            "(on Debian and Ubuntu: sudo apt install ${bare##*/}-venv) and try again."
    elif [ -n "${PYTHON:-}" ]; then
        [ -n "$version" ] && version="is version $version" || version="does not run"
        fail "PYTHON=$PYTHON $version; name a Python 3.11, 3.12, 3.13 or 3.14 and try again."
    fi
    fail "Python 3.11, 3.12, 3.13 or 3.14 is needed${other:+ ($other)}; $hint"
}

# Print the path of a Python of uv's own, which always has venv; get it where there is none yet.
uv_python() {
    export UV_PYTHON_PREFERENCE=only-managed
    uv python find --no-project --system 3.12 2>/dev/null && return
    say "Getting Python 3.12 with uv."
    uv python install 3.12 >&2 && uv python find --no-project --system 3.12
}

# --- what goes into it --------------------------------------------------------------------------

is_done() {
    cmp -s "$1" "$done_/$2"
}

# What was once set up for TPU stays so: its libtpu has to follow the lock's JAX.
tpu_once_chosen() {
    if [ -f $done_/tpu ]; then echo tpu; fi
}

install_lock() {
    case $1 in
    run) say "Getting the packages that the arena runs on (about 250 MB, some minutes)." ;;
    dev) say "Getting the tools for tests and checks." ;;
    tpu) say "Getting JAX for TPU." ;;
    esac
    pip_install "$1" --require-hashes --only-binary :all: -r "requirements/$1.txt"
    cp "requirements/$1.txt" "$done_/$1"
}

install_project() {
    pip_install project --no-index --no-build-isolation --editable .
    cp pyproject.toml $done_/project
}

# Dependencies are never followed: the locks are complete, and leave out what is not needed.
# A pip that was killed may leave half a package that looks whole: then nothing there is trusted.
pip_install() {
    under_way=$done_/$1.under-way
    shift
    [ ! -e "$under_way" ] || set -- --ignore-installed "$@"
    : >"$under_way"
    show_progress
    status=0
    .venv/bin/python -I -u -m pip install --no-deps --progress-bar off "$@" >$log 2>&1 || status=$?
    hide_progress
    [ $status -ge 128 ] || rm -f "$under_way"
    [ $status -eq 0 ] || explain
}

# In a terminal, a line that counts: minutes without a sign of life look like a hang.
show_progress() {
    ticker=
    [ -t 2 ] || return 0
    (
        while sleep 1; do
            if grep -q '^Installing' $log; then
                printf '\r  putting them in place' >&2
            else
                printf '\r  %s packages so far' "$(grep -c '^Collecting' $log)" >&2
            fi
        done
    ) &
    ticker=$!
    trap 'hide_progress; exit 130' INT TERM HUP
}

hide_progress() {
    [ -n "$ticker" ] || return 0
    kill "$ticker" 2>/dev/null || true
    printf '\r%26s\r' '' >&2
    ticker=
    trap - INT TERM HUP
}

# Say in a sentence what pip says in a page.
explain() {
    if grep -q -e 'No space left' $log; then
        fail "The disk is full; make room (about 2 GB) and try again."
    elif grep -q -e 'NewConnectionError' -e 'ConnectTimeout' -e 'Read timed out' -e 'ProxyError' \
        -e 'NameResolutionError' -e 'Name or service not known' -e 'Temporary failure in name' \
        -e 'Network is unreachable' $log; then
        fail "The packages could not be downloaded; check the network connection and try again."
    fi
    tail -n 15 $log >&2
    fail "pip could not install the packages; its last words are above, all of them in $log."
}

say() {
    echo "$*" >&2
}

fail() {
    echo "Set-up: $*" >&2
    exit 2
}

main "$@"
