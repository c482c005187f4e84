#!/bin/sh
# One script for everything that is done in a checkout. `sh packaging/dev.sh` prints what it can do.
# What is missing (Debian packages, .venv, locked Python packages) is set up first; a stamp in .venv makes later runs quick.
set -eu
here=$PWD # paths that `run` and `demo` are given are meant from here
cd "$(dirname -- "$0")/.."
checkout=$PWD
PATH=$PATH:/usr/sbin:/sbin # ldconfig, where a user's PATH leaves it out
export PIP_DISABLE_PIP_VERSION_CHECK=1
python=.venv/bin/python
screen="-screen 0 1600x1000x24"
uv_version=0.13.9

usage() {
  cat <<'TEXT'
sh packaging/dev.sh COMMAND

  demo [ARGS]        start the program on the demo patient; without a display go the whole way on a virtual one
  test [ARGS]        run the test suite; ARGS go to pytest
  run ARGS           run `pti ARGS`
  check              format, lint, types and imports
  bench [NAME]       time the program against its references (all, or the one named)
  trace [--json]     requirement id -> tests that show it; fails on unknown ids
  lock [--upgrade]   make packaging/locks/*.txt from pyproject.toml; with --upgrade take the newest versions

Works on a fresh Debian 12 or Ubuntu 24.04, as root or with sudo; elsewhere it says what to install.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "dev.sh: $*"; exit 1; }

# --- Debian packages -------------------------------------------------------------------------------------------------

# Each line: what must be there (a shared library, a command or a file) and the package that brings it.
run_needs='libglib-2.0.so.0 libglib2.0-0
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libfontconfig.so.1 libfontconfig1
libdbus-1.so.3 libdbus-1-3
libgssapi_krb5.so.2 libgssapi-krb5-2
libgomp.so.1 libgomp1
libxcb-cursor.so.0 libxcb-cursor0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
xvfb-run xvfb
xauth xauth
xdotool xdotool'

# What unpacks the real test data, and other people's DICOM programs, which the tests talk to.
test_needs='xz xz-utils
storescp dcmtk
Orthanc orthanc
dciodvfy dicom3tools'

# Prints the packages of the table in $1 whose thing is not there.
missing_packages() {
  libraries=$(ldconfig -p 2>/dev/null || true)
  printf '%s\n' "$1" | while read -r thing package; do
    case $thing in
      /*) [ -e "$thing" ] || echo "$package" ;;
      *.so.*) case $libraries in *"$thing "*) ;; *) echo "$package" ;; esac ;;
      *) command -v "$thing" >/dev/null 2>&1 || echo "$package" ;;
    esac
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif ! command -v sudo >/dev/null 2>&1; then
    say "this needs root, and sudo is not installed"
    return 1
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}

# Installs packages and starts no service of theirs; 1 if that is not possible here.
apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "Installing Debian packages: $*"
  log=$(mktemp)
  # shellcheck disable=SC2016  # expanded by the inner shell
  if as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    exec </dev/null
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >"$policy" && chmod 755 "$policy"
    fi
    apt-get update -q && apt-get install -q -y --no-install-recommends "$@"
  ' sh "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    tail -n 15 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

system_packages() {
  packages=$(missing_packages "$run_needs")
  # shellcheck disable=SC2086  # one word a package
  [ -z "$packages" ] || apt_install $packages ||
    fail "these packages could not be installed; install them and try again:" $packages
}

# A test that needs something which is not there is skipped and says so, or fails.
test_packages() {
  packages=$(missing_packages "$test_needs")
  [ -n "$packages" ] || return 0
  # shellcheck disable=SC2086
  if ! apt_install $packages; then
    say "These packages could not be installed, tests that need them will be skipped or fail:" $packages
    return 0
  fi
  # Only the tests start Orthanc, on ports of their own: not at the next boot either.
  case $packages in *orthanc*)
    if command -v systemctl >/dev/null 2>&1; then as_root systemctl disable orthanc >/dev/null 2>&1 || true; fi
  esac
}

# --- Python ----------------------------------------------------------------------------------------------------------

fits() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1 </dev/null
}

# Prints a Python 3.11 or newer that can make virtual environments.
find_python() {
  for candidate in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# Brings .venv to the state of the lock $1, over an environment of another lock of the same time.
python_environment() {
  wanted=$(pwd && cat packaging/locks/*.txt | cksum)
  project=$(cksum <pyproject.toml)
  if [ "$(cat .venv/locks 2>/dev/null)" = "$wanted" ] && [ -e ".venv/has-$1" ] &&
    [ "$(cat .venv/project 2>/dev/null)" = "$project" ] && [ -x "$python" ]; then
    return 0
  fi
  exec 9<packaging/dev.sh
  if command -v flock >/dev/null 2>&1; then flock 9; fi # two at a time would spoil each other's environment
  if [ "$(cat .venv/locks 2>/dev/null)" != "$wanted" ] || [ ! -x "$python" ]; then
    base=$(find_python) || {
      apt_install python3 python3-venv || true
      base=$(find_python) || fail "needs Python 3.11 to 3.14 with venv (packages python3 and python3-venv); install it and try again"
    }
    say "Making the Python environment .venv with $("$base" --version)"
    rm -rf .venv
    "$base" -m venv .venv </dev/null >&2 || fail "the Python environment could not be made"
    echo "$wanted" >.venv/locks
  fi
  if [ ! -e ".venv/has-$1" ]; then
    say "Installing the packages of packaging/locks/$1.txt (the first time this takes a minute or two)"
    "$python" -m pip install -q --no-deps --require-hashes --only-binary :all: -r "packaging/locks/$1.txt" </dev/null >&2 ||
      fail "the packages of packaging/locks/$1.txt could not be installed: is there a network and room on the disk?"
    : >".venv/has-$1"
    : >.venv/has-run # every lock contains it
  fi
  if [ "$(cat .venv/project 2>/dev/null)" != "$project" ]; then
    "$python" -m pip install -q --no-deps --no-build-isolation -e . </dev/null >&2 || fail "the checkout could not be installed"
    echo "$project" >.venv/project
  fi
  exec 9<&-
}

# --- Commands --------------------------------------------------------------------------------------------------------

pti() {
  cd "$here"
  "$checkout/.venv/bin/pti" "$@"
}

demo() {
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    pti demo "$@"
    return
  fi
  pictures=$checkout/build/demo-screenshots
  say "No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): going the whole way on a virtual screen, without a person."
  rm -rf "$pictures" && mkdir -p "$pictures"
  status=0
  cd "$here"
  QT_QPA_PLATFORM=xcb xvfb-run -a -s "$screen" \
    "$checkout/.venv/bin/pti" demo --selftest --screenshots "$pictures" "$@" || status=$?
  if [ -n "$(ls "$pictures")" ]; then
    say "Screenshots of the steps, in $pictures:"
    ls "$pictures" >&2
  fi
  return $status
}

check() {
  failed=""
  "$python" -m ruff format --check . || failed="$failed format"
  "$python" -m ruff check . || failed="$failed lint"
  "$python" -m mypy --strict || failed="$failed types"
  .venv/bin/lint-imports --no-logo || failed="$failed imports"
  [ -z "$failed" ] || fail "check failed:$failed"
  say "check passed: format, lint, types, imports"
}

lock() {
  base=$(find_python) || fail "needs Python 3.11 to 3.14 with venv"
  rm -rf build/lock && mkdir -p build
  "$base" -m venv build/lock
  build/lock/bin/python -m pip install -q "uv==$uv_version"
  lock_one run --group build "$@"
  lock_one test --group test --constraint packaging/locks/run.txt "$@"
  lock_one benchmarks --group benchmarks --constraint packaging/locks/run.txt "$@"
}

# Versions that are locked and still fit stay, unless `lock --upgrade` was asked for. Nothing of this machine gets into the file.
lock_one() {
  file=packaging/locks/$1.txt
  shift
  build/lock/bin/uv pip compile -q --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-config \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o "$file" "$@" pyproject.toml || fail "$file could not be made"
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  demo) system_packages; python_environment run; demo "$@" ;;
  run) system_packages; python_environment run; pti "$@" ;;
  test)
    system_packages; test_packages; python_environment test
    # Tests that need an X server start one for themselves.
    unset DISPLAY WAYLAND_DISPLAY
    QT_QPA_PLATFORM=offscreen "$python" -m pytest "$@"
    ;;
  check) system_packages; python_environment test; check ;;
  trace) python_environment test; "$python" -m tests.support.requirements "$@" ;;
  bench) system_packages; python_environment benchmarks; "$python" -m tests.benchmarks "$@" ;;
  lock) lock "$@" ;;
  help | -h | --help) usage ;;
  *) usage >&2; fail "no such command: $command" ;;
esac
