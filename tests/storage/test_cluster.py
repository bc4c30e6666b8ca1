"""The embedded cluster: private, restartable, never another's; a home too deep or closed is handled."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from data import cluster
from data.sessions import make_engine
from data.settings import Settings, read_settings
from grid.refusals import Refused


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fengtu-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _settings(home: Path) -> Settings:
    return Settings(home=home, database_url=None, port=8050)


def test_a_cluster_is_made_stopped_and_found_again(home: Path) -> None:
    deep = home / ("deep" * 25)
    settings = _settings(deep)
    cluster.ensure_running(settings)
    try:
        engine = make_engine(cluster.database_url(settings))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT PostGIS_Version() AS version"))
        cluster.ensure_running(settings)
        assert cluster.stop(settings)
        assert not cluster.is_running(settings)
        assert not cluster.stop(settings)
        cluster.ensure_running(settings)
        engine.dispose()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT version FROM kept")).scalar_one() >= "3"
            assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""
            assert connection.execute(text("SHOW server_encoding")).scalar_one() == "UTF8"
            assert not connection.execute(
                text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            ).scalar_one()
        engine.dispose()
        assert len(str(cluster.socket_dir(settings) / ".s.PGSQL.5432")) <= 107
        assert cluster.socket_dir(settings).stat().st_mode & 0o077 == 0
    finally:
        cluster.stop(settings)
        shutil.rmtree(cluster.socket_dir(settings), ignore_errors=True)


def test_two_homes_are_two_cities(home: Path, cluster_settings: Settings) -> None:
    other = _settings(home)
    cluster.ensure_running(other)
    try:
        with psycopg.connect(
            f"host={cluster.socket_dir(other)} dbname={cluster.DATABASE} user={cluster.OWNER}"
        ) as connection:
            assert connection.execute("SELECT to_regclass('area')").fetchone() == (None,)
        assert cluster.is_running(cluster_settings)
    finally:
        cluster.stop(other)


def test_a_home_that_the_database_user_cannot_enter_is_refused(home: Path) -> None:
    # As root the cluster has another user, for whom the parent is closed; else it is closed to ourselves.
    home.chmod(0o700 if os.geteuid() == 0 else 0o500)
    with pytest.raises(Refused, match="home_not_reachable"):
        cluster.ensure_running(_settings(home / "inside"))


def test_settings_come_from_the_environment() -> None:
    settings = read_settings(
        {"FENGTU_HOME": "/srv/x", "DATABASE_URL": "postgresql+psycopg://h/db", "PORT": "81"}
    )
    assert settings == Settings(Path("/srv/x"), "postgresql+psycopg://h/db", 81)
    assert cluster.database_url(settings) == "postgresql+psycopg://h/db"
    assert read_settings({}).home == Path("var").resolve()


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "-1", "80.0"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Refused, match="port_unreadable"):
        read_settings({"PORT": port})
