# shellcheck shell=bash
#
# What K-Photos needs of the system, and how it is installed. Sourced by packaging/run, packaging/test and .ci/run.
# The names are Debian's (12 and later, and what derives from it); elsewhere they are only shown. Those that source
# this set `root`, the top of the source tree, and use the lists.
# shellcheck disable=SC2034,SC2154

# To build: a C compiler and linker, and gexiv2, which the worker parses metadata with.
build_packages=(build-essential pkg-config libgexiv2-dev)

# To run: fusermount3, by which a user mounts without being root.
run_packages=(fuse3)

# To test: each is a judge or a neighbour (Samba, a bus, another reader of metadata). A test whose tool is
# missing is skipped by name, so none of these is indispensable.
test_packages=(
    attr bindfs curl dbus git inotify-tools jq libimage-exiftool-perl python3-venv samba smbclient strace
    # Programs of a desktop, on a screen that nobody sees; Dolphin, which is large, is tested where it is.
    at-spi2-core darktable gir1.2-atspi-2.0 imagemagick libatk-adaptor pcmanfm python3-gi sqlite3 thunar xvfb
)

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "$*"; exit 1; }

# missing_packages NAME… - prints those that are not installed.
missing_packages() {
    local name
    for name in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true) != installed ]]; then
            say "$name"
        fi
    done
}

# install_packages YES NAME… - installs what is missing; asks first unless YES is 1. Fails if something is not
# installed in the end.
install_packages() {
    local yes=$1 answer missing as_root=()
    shift
    if ! command -v dpkg-query apt-get >/dev/null; then
        warn "This is not a Debian system. If something is missing below, install what corresponds to: $*"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null || { warn "Missing packages; as root: apt-get install ${missing[*]}"; return 1; }
        as_root=(sudo)
    fi
    say "To be installed with apt-get${as_root[0]:+ (sudo)}: ${missing[*]}"
    if ((!yes)); then
        [[ -t 0 ]] || { warn "Nobody to ask: say --yes, or run: apt-get install ${missing[*]}"; return 1; }
        read -r -p "Install them? [y/N] " answer || answer=n
        [[ $answer == [yY]* ]] || { warn "Not installed: ${missing[*]}"; return 1; }
    fi
    # An index that cannot be refreshed may still do.
    "${as_root[@]}" apt-get update -q || warn "The package index could not be refreshed; going on with the old one."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# need_schemathesis - puts schemathesis, which drives the HTTP interface by its own description, on the path: the one
# that is installed, else one made below the build folder. Without it a test is skipped by name.
need_schemathesis() {
    local venv
    command -v schemathesis >/dev/null && return 0
    venv=$(target_dir)/schemathesis
    if [[ ! -x $venv/bin/schemathesis ]]; then
        python3 -m venv "$venv" && "$venv/bin/pip" install -q 'schemathesis>=4.32,<5' || return 1
    fi
    PATH=$PATH:$venv/bin
}

# need_rust - puts cargo on the path, or says how to get it.
need_rust() {
    local cargo_home=${CARGO_HOME:-${HOME:-/root}/.cargo}
    command -v cargo >/dev/null || PATH=$cargo_home/bin:$PATH
    command -v cargo >/dev/null || die \
        "cargo is not installed. K-Photos needs Rust $(rust_version) or later: see https://rustup.rs, then run this again."
}

# rust_version - the oldest Rust that will do, from the manifest.
rust_version() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml"; }

# target_dir - where cargo builds to, whatever decides it.
target_dir() {
    cargo metadata --manifest-path "$root/Cargo.toml" --format-version 1 --no-deps |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p'
}
