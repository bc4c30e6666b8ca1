"""Fixtures: a throw-away PostGIS cluster, databases cut from a migrated template, the demo city, a browser.

Nothing here skips: a missing PostGIS or Chromium is an error.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, insert, make_url, text

from data import cluster, models
from data.migrate import migrate
from data.sessions import make_engine
from data.settings import Settings
from grid.principals import Principal, Role
from layers.numbers import CITY_ZONE

# A deadline measures the machine, not the code.
hypothesis_settings.register_profile("fengtu", deadline=None)
hypothesis_settings.load_profile("fengtu")

DEMO_UNTIL = datetime.now(CITY_ZONE).date()
"""Today: an older city would show empty periods to tests of the wall."""
DEMO_SEED = 7
_ROOM = 8 * 1024**3
"""Bytes that the tests of one worker may need at once, several times over."""
DEMO_PETITIONS = 6000


@pytest.fixture(scope="session")
def cluster_settings() -> Iterator[Settings]:
    """A cluster of its own under the temporary folder, gone after the run."""
    folder = _fast_folder()
    _sweep(folder or Path(tempfile.gettempdir()))
    home = Path(tempfile.mkdtemp(prefix=f"fengtu-test-{os.getpid()}-", dir=folder))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8050)
    cluster.ensure_running(settings)
    _make_ready(settings)
    yield settings
    _abandon(settings)
    shutil.rmtree(home, ignore_errors=True)


def _fast_folder() -> Path | None:
    """Return the memory's own file system where it has room: a tenth of the time to cut a database."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of its own is made in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def _abandon(settings: Settings) -> None:
    """End the cluster without writing out its hundreds of databases, which nobody will open again."""
    running = settings.cluster_dir / "data" / "postmaster.pid"
    if running.exists():
        with suppress(ProcessLookupError):
            os.kill(int(running.read_text().split()[0]), signal.SIGQUIT)
    while cluster.is_running(settings):
        time.sleep(0.05)


def _sweep(folder: Path) -> None:
    """End the clusters of runs that were killed: they would hold the memory for good."""
    for left in folder.glob("fengtu-test-*-*"):
        try:
            os.kill(int(left.name.split("-")[2]), 0)
        except ProcessLookupError:
            _abandon(Settings(home=left, database_url=None, port=8050))
            shutil.rmtree(left, ignore_errors=True)


def _make_ready(settings: Settings) -> None:
    """Leave out syncing and what only time brings; let hundreds of engines keep their connections."""
    import psycopg

    where = f"host={cluster.socket_dir(settings)} dbname=postgres user=postgres"
    with psycopg.connect(where, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("ALTER SYSTEM SET max_connections = 800")
        # Hundreds of databases would be checkpointed and vacuumed in turn, beside the tests.
        connection.execute("ALTER SYSTEM SET autovacuum_naptime = '1h'")
        connection.execute("ALTER SYSTEM SET checkpoint_timeout = '1h'")
        connection.execute("ALTER SYSTEM SET max_wal_size = '16GB'")
    cluster.stop(settings)
    cluster.ensure_running(settings)


@pytest.fixture(scope="session")
def _template(cluster_settings: Settings) -> str:
    engine = make_engine(cluster.database_url(cluster_settings))
    migrate(engine)
    engine.dispose()
    return cluster.DATABASE


@pytest.fixture(scope="session")
def new_database(cluster_settings: Settings, _template: str) -> Iterator[Callable[..., Engine]]:
    """Return a function that makes a fresh database from a template and gives the importer's engine on it."""
    import psycopg

    numbers = itertools.count()
    engines: list[Engine] = []

    def make(template: str = _template) -> Engine:
        name = f"test_{next(numbers)}"
        where = f"host={cluster.socket_dir(cluster_settings)} dbname=postgres user=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {cluster.OWNER}")
        url = make_url(cluster.importer_url(cluster_settings)).set(database=name)
        engines.append(make_engine(url.render_as_string(hide_password=False)))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def drop(cluster_settings: Settings) -> Callable[[Engine], None]:
    """Return a function that ends a throw-away database with whatever is still connected to it."""
    import psycopg

    def drop_it(engine: Engine) -> None:
        engine.dispose()
        where = f"host={cluster.socket_dir(cluster_settings)} dbname=postgres user=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {engine.url.database} WITH (FORCE)")

    return drop_it


@pytest.fixture(scope="session")
def login_as() -> Iterator[Callable[[Engine, str], Engine]]:
    """Return a function that gives an engine on the same database for another login of the cluster."""
    engines: dict[str, Engine] = {}

    def login(engine: Engine, role: str) -> Engine:
        url = cluster.url_for(engine.url.render_as_string(hide_password=False), role)
        # One for a login and database: each keeps a connection open.
        return engines.setdefault(url, make_engine(url))

    yield login
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(scope="session")
def sign_in(login_as: Callable[[Engine, str], Engine]) -> Callable[..., Principal]:
    """Return a function that makes an account with a scope and a live session, and gives its principal.

    Its token is good on the server's login: ``login_as(engine, roles.SERVER)``.
    """

    def make(
        engine: Engine, role: Role, *, areas: Sequence[int] = (), units: Sequence[int] = ()
    ) -> Principal:
        token, public_id = secrets.token_urlsafe(32), secrets.token_hex(8)
        account = {"public_id": public_id, "login": f"{role.value}-{public_id}", "role": role.value}
        owner = login_as(engine, cluster.OWNER)
        with owner.begin() as connection:
            made = insert(models.Account).values(**account).returning(models.Account.id)
            account_id = connection.execute(made).scalar_one()
            scopes = [{"area_id": area, "unit_id": None} for area in areas]
            scopes += [{"area_id": None, "unit_id": unit} for unit in units]
            for scope in scopes:
                connection.execute(insert(models.AccountScope).values(account_id=account_id, **scope))
            hashed = hashlib.sha256(token.encode()).digest()
            opened = {
                "account_id": account_id,
                "token_hash": hashed,
                "expires_at": text("now() + interval '1 day'"),
            }
            connection.execute(insert(models.LoginSession).values(**opened))
        owner.dispose()
        return Principal(public_id, role, token, account["login"])

    return make


@pytest.fixture
def engine(new_database: Callable[..., Engine], drop: Callable[[Engine], None]) -> Iterator[Engine]:
    """An empty, migrated database for one test."""
    made = new_database()
    yield made
    drop(made)


@pytest.fixture(scope="module")
def module_engine(new_database: Callable[..., Engine], drop: Callable[[Engine], None]) -> Iterator[Engine]:
    """An empty, migrated database for one module."""
    made = new_database()
    yield made
    drop(made)


@pytest.fixture(scope="session")
def demo_template(new_database: Callable[..., Engine]) -> str:
    """Name of a database that holds the demo city; nobody writes to it."""
    from data.demo import load_demo

    engine = new_database()
    load_demo(engine, seed=DEMO_SEED, petitions=DEMO_PETITIONS, until=DEMO_UNTIL)
    engine.dispose()
    return str(engine.url.database)


@pytest.fixture(scope="session")
def demo_engine(new_database: Callable[..., Engine], demo_template: str) -> Engine:
    """The demo city, shared by all tests that only read."""
    return new_database(demo_template)


@pytest.fixture
def demo_copy(
    new_database: Callable[..., Engine], demo_template: str, drop: Callable[[Engine], None]
) -> Iterator[Engine]:
    """The demo city for one test to write to."""
    made = new_database(demo_template)
    yield made
    drop(made)
