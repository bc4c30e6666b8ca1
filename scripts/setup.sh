#!/usr/bin/env bash
# Installs what is missing: system packages through apt, pinned Python packages into .venv. Again it takes a moment.
# Usage: scripts/setup.sh run|dev   (dev adds what checks and tests need)
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?run or dev}
started=$(date +%s)

step() { printf '· %s … ' "$1"; step_started=$(date +%s); }
done_step() { printf '%s s\n' "$(($(date +%s) - step_started))"; }
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

install_system_packages() {
    local wanted=() run=()
    [ "$(id -u)" = 0 ] || run=(sudo)
    has_postgis || wanted+=(postgis)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || wanted+=("$(basename "$(readlink -f "$(command -v "$python")")")-venv")
    command -v ps >/dev/null || wanted+=(procps)
    if [ "$kind" = dev ]; then
        command -v chromium >/dev/null || wanted+=(chromium)
        [ -n "$(fc-list ':lang=zh-cn' 2>/dev/null)" ] || wanted+=(fontconfig fonts-noto-cjk)
    fi
    [ ${#wanted[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "请先安装 / install first: ${wanted[*]}"
    step "安装系统软件包 / system packages: ${wanted[*]}"
    "${run[@]}" apt-get update -qq
    if [[ " ${wanted[*]} " == *" postgis "* ]]; then
        local version
        version=$(postgres_version)
        wanted=("${wanted[@]/#postgis/postgresql-$version}" "postgresql-$version-postgis-3")
    fi
    DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
    done_step
}

install_python_packages() {
    local file=requirements.txt stamp wanted
    [ "$kind" = dev ] && file=requirements-dev.txt
    stamp=.venv/.fengtu-$kind
    wanted=$(cat "$file" pyproject.toml | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    step "安装 Python 软件包 / Python packages: $file"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    echo "$wanted" >"$stamp"
    done_step
}

python=$(find_python)
install_system_packages
install_python_packages
total=$(($(date +%s) - started))
[ "$total" -lt 2 ] || printf '· 环境就绪 / ready: %s s\n' "$total"
