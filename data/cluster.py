"""The embedded PostGIS: a private PostgreSQL cluster under the installation's home, on a unix socket only.

It never touches another cluster and listens on no port. initdb refuses root, so as root the cluster belongs
to Debian's ``postgres`` system user.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from data.access import roles
from data.settings import Settings
from grid.refusals import Refused

DATABASE = "fengtu"
OWNER = "fengtu"
_SUPERUSER = "postgres"
_SYSTEM_USER = "postgres"
_SOCKET_FILE = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 107
_TUNING = {
    "listen_addresses": "''",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_parameter_max_length_on_error": "0",
    "log_min_messages": "fatal",
    "timezone": "'UTC'",
}
"""jit costs more than it gives on these short statements. Parameters may hold what must not be
logged, and so may errors, which quote the row or the value that was refused: the program logs their kind."""


def database_url(settings: Settings) -> str:
    """Return where the data is, for its owner: ``DATABASE_URL``, else the embedded cluster."""
    return settings.database_url or _url(settings, DATABASE, OWNER)


def importer_url(settings: Settings) -> str:
    """Return where the data is, for imports, the worker and the command line."""
    return settings.importer_url or url_for(database_url(settings), roles.IMPORTER)


def server_url(settings: Settings) -> str:
    """Return where the data is, for what serves screens."""
    return settings.server_url or url_for(database_url(settings), roles.SERVER)


def url_for(url: str, role: str) -> str:
    """Return a database's address for another role, without the password of the first."""
    found = make_url(url)
    parts = URL.create(found.drivername, role, None, found.host, found.port, found.database, found.query)
    return parts.render_as_string(hide_password=False)


def is_running(settings: Settings) -> bool:
    """Return whether the embedded cluster answers."""
    data_dir = settings.cluster_dir / "data"
    if not data_dir.exists():
        return False
    return _run([_program("pg_ctl"), "status", "-D", str(data_dir)], check=False) == 0


def ensure_running(settings: Settings) -> None:
    """Make the cluster where it is missing and start it where it is down.

    Raises ``Refused('postgis_missing')``, ``Refused('home_not_reachable')`` or ``Refused('cluster_failed')``.
    """
    data_dir = settings.cluster_dir / "data"
    if not (data_dir / "PG_VERSION").exists():
        _create(settings, data_dir)
    if not is_running(settings):
        _start(settings, data_dir)
    _ensure_database(settings)


def stop(settings: Settings) -> bool:
    """Stop the embedded cluster; returns whether it was running."""
    if not is_running(settings):
        return False
    data_dir = settings.cluster_dir / "data"
    _run([_program("pg_ctl"), "stop", "-w", "-m", "fast", "-D", str(data_dir)])
    return True


def socket_dir(settings: Settings) -> Path:
    """Return the folder of the socket; a short one under the temporary folder where the home is too deep."""
    inside = settings.cluster_dir / "run"
    if len(str(inside / _SOCKET_FILE).encode()) <= _LONGEST_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(str(inside).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"fengtu-{digest}"


def find_bin_dir() -> Path:
    """Return the newest PostgreSQL program folder whose PostGIS is installed.

    Raises ``Refused('postgis_missing')``.
    """
    roots = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    roots += [*Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    roots += [*Path("/Applications/Postgres.app/Contents/Versions").glob("*/bin")]
    for bin_dir in sorted(roots, key=_version_of, reverse=True):
        if (bin_dir / "initdb").exists() and _share_dir(bin_dir).joinpath(
            "extension/postgis.control"
        ).exists():
            return bin_dir
    raise Refused("postgis_missing")


def _version_of(bin_dir: Path) -> int:
    digits = "".join(filter(str.isdigit, bin_dir.parent.name))
    return int(digits) if digits else 0


def _share_dir(bin_dir: Path) -> Path:
    # Debian keeps pg_config in a development package: its layout is known without asking.
    debian = Path("/usr/share/postgresql") / bin_dir.parent.name
    return debian if debian.exists() else bin_dir.parent / "share" / "postgresql"


def _program(name: str) -> str:
    return str(find_bin_dir() / name)


def _create(settings: Settings, data_dir: Path) -> None:
    try:
        settings.cluster_dir.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise Refused("home_not_reachable", folder=str(settings.cluster_dir)) from None
    _give_to_cluster_user(settings.cluster_dir)
    _check_reachable(settings.cluster_dir)
    # Made aside and renamed when whole: an initdb that was killed must not pass for a cluster.
    unfinished = data_dir.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ["--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"]
    _run([_program("initdb"), "-D", str(unfinished), "-U", _SUPERUSER, *options])
    lines = "".join(f"{name} = {value}\n" for name, value in _TUNING.items())
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\n" + lines)
    unfinished.rename(data_dir)


def _start(settings: Settings, data_dir: Path) -> None:
    sockets = socket_dir(settings)
    sockets.mkdir(parents=True, exist_ok=True)
    _give_to_cluster_user(sockets)
    # Trust is safe because only the cluster's user and root can enter the socket's folder.
    sockets.chmod(stat.S_IRWXU)
    log = settings.cluster_dir / "postgresql.log"
    options = ["-w", "-t", "60", "-D", str(data_dir), "-l", str(log), "-o", f"-k '{sockets}'"]
    _run([_program("pg_ctl"), "start", *options])


def _ensure_database(settings: Settings) -> None:
    import psycopg

    with psycopg.connect(_conninfo(settings, "postgres", _SUPERUSER), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        for statement in roles.cluster_statements():
            connection.execute(statement.encode())
    with psycopg.connect(_conninfo(settings, DATABASE, _SUPERUSER), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        for statement in roles.database_statements(OWNER):
            connection.execute(statement.encode())


def _conninfo(settings: Settings, database: str, user: str) -> str:
    return f"host={socket_dir(settings)} dbname={database} user={user}"


def _url(settings: Settings, database: str, user: str) -> str:
    return f"postgresql+psycopg://{user}@/{database}?host={socket_dir(settings)}"


def _cluster_user() -> pwd.struct_passwd | None:
    """Return the system user to become, none where we are an ordinary user and stay so."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        raise Refused("postgis_missing") from None


def _give_to_cluster_user(folder: Path) -> None:
    user = _cluster_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _check_reachable(folder: Path) -> None:
    if _run(["test", "-w", str(folder)], check=False) != 0:
        raise Refused("home_not_reachable", folder=str(folder))


def _run(command: Sequence[str], *, check: bool = True) -> int:
    user = _cluster_user()
    if user is not None:
        ids = ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
        command = ["setpriv", *ids, "--", *command]
    with tempfile.TemporaryFile() as output:
        # A file, not a pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
        done = subprocess.run(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=False, cwd="/"
        )
        if check and done.returncode != 0:
            output.seek(0)
            raise Refused("cluster_failed", said=output.read().decode(errors="replace").strip()[-600:])
    return done.returncode
