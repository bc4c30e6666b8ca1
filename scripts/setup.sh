#!/usr/bin/env bash
# Installs what is missing: system packages through apt, pinned Python packages into .venv. Again it takes a moment.
# Usage: scripts/setup.sh run|dev   (dev adds what checks and tests need)
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?run or dev}
started=$(date +%s)

told() { # told NAME COMMAND...: runs the command and prints its name with the seconds it took
    local name=$1 step_started
    shift
    step_started=$(date +%s)
    "$@"
    printf '· %s … %s s\n' "$name" "$(($(date +%s) - step_started))"
}
fail() { printf '✗ %s\n' "$1" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail '需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed'
}

has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || ! command -v apt-get >/dev/null; }

postgres_version() {
    # The version that is there already, else the distribution's own.
    local installed
    installed=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)
    [ -n "$installed" ] && { echo "$installed"; return; }
    apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -n 1
}

apt_update_once() {
    [ -n "${apt_updated:-}" ] || "${as_root[@]}" apt-get update -qq
    apt_updated=yes
}

apt_install() {
    [ $# -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "请先安装 / install first: $*"
    told "安装系统软件包 / system packages: $*" \
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$logs/apt"
    sed -n '/^· /p' "$logs/apt"
}

missing_for_python() {
    # What .venv itself needs; its package is named after the interpreter (python3.11-venv).
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "$(basename "$(readlink -f "$(command -v "$python")")")-venv"
    command -v ps >/dev/null || echo procps
}

missing_for_kind() {
    has_postgis || echo postgis
    [ "$kind" = dev ] || return 0
    command -v chromium >/dev/null || echo chromium
    # The browser tests' driver is a Node program that a minimal system cannot start without libatomic.
    [[ $(ldconfig -p 2>/dev/null || /sbin/ldconfig -p) == *libatomic.so.1* ]] || echo libatomic1
    [ -n "$(fc-list ':lang=zh-cn' 2>/dev/null)" ] || printf '%s\n' fontconfig fonts-noto-cjk
    # Reports are opened as an office would, and read as they are printed.
    command -v soffice >/dev/null || printf '%s\n' libreoffice-writer-nogui libreoffice-calc-nogui
    command -v pdftotext >/dev/null || echo poppler-utils
}

check_may_install() {
    local missing
    missing=$(missing_for_python; missing_for_kind)
    [ -z "$missing" ] || [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "需要 root 或 sudo 才能安装 / root or sudo is needed to install: ${missing//$'\n'/ }"
}

check_home() {
    # As root the database runs as the user postgres, who must be able to enter every folder down to var.
    local folder
    [ "$kind" = run ] && [ "$(id -u)" = 0 ] && [ -z "${FENGTU_HOME:-}${DATABASE_URL:-}" ] || return 0
    folder=$(readlink -m var)
    while [ "$folder" != / ]; do
        [ ! -e "$folder" ] || [ -n "$(find "$folder" -maxdepth 0 -perm -o+x)" ] ||
            fail "数据库用户无法进入 $folder，请改为 / the database's user cannot enter it, run: FENGTU_HOME=/var/lib/fengtu make run"
        folder=$(dirname "$folder")
    done
}

install_for_python() {
    local wanted
    mapfile -t wanted < <(missing_for_python)
    [ ${#wanted[@]} -eq 0 ] || { apt_update_once; apt_install "${wanted[@]}"; }
}

install_system_packages() {
    local wanted version
    mapfile -t wanted < <(missing_for_kind)
    [ ${#wanted[@]} -gt 0 ] || return 0
    apt_update_once
    if [ "${wanted[0]}" = postgis ]; then
        version=$(postgres_version)
        wanted=("postgresql-$version" "postgresql-$version-postgis-3" "${wanted[@]:1}")
    fi
    apt_install "${wanted[@]}"
}

install_python_packages() {
    local file=requirements.txt stamp wanted
    [ "$kind" = dev ] && file=requirements-dev.txt
    stamp=.venv/.fengtu-$kind
    wanted=$(cat "$file" pyproject.toml | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    told "安装 Python 软件包 / Python packages: $file" fill_venv "$file"
    echo "$wanted" >"$stamp"
}

fill_venv() {
    # One that was broken off half made has no pip.
    .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

finish() { # stops what still runs; after a failure the logs stay
    local status=$?
    [ -z "${python_job:-}" ] || kill -- "-$python_job" 2>/dev/null || true
    if [ "$status" != 0 ] && [ -n "$(cat "$logs"/* 2>/dev/null)" ]; then
        printf '✗ 安装没有完成，原因见 / not finished, the reason is in: %s\n' "$logs" >&2
    else
        rm -rf "$logs"
    fi
}

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
logs=$(mktemp -d)
trap finish EXIT
python=$(find_python)
check_home
check_may_install
[ -e ".venv/.fengtu-$kind" ] || echo '· 首次安装，约需几分钟 / first installation, this takes some minutes'
install_for_python
# System and Python packages have nothing to do with each other: side by side they take half the time.
# A process group of its own, so that pip too ends when the rest fails.
set -m
install_python_packages >"$logs/python" 2>&1 </dev/null &
python_job=$!
set +m
install_system_packages
wait "$python_job" || { cat "$logs/python" >&2; fail '安装 Python 软件包失败 / Python packages could not be installed'; }
python_job=
sed -n '/^· /p' "$logs/python"
total=$(($(date +%s) - started))
[ "$total" -lt 2 ] || printf '· 环境就绪 / ready: %s s\n' "$total"
