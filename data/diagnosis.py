"""The doctor: whether an installation is whole, check by check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from data import cluster, migrate, processes
from data.access.startup import access_checks
from data.demo.accounts import is_synthetic
from data.sessions import make_engine
from data.settings import Settings
from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code has words under ``doctor``; ``facts`` fill them."""

    code: str
    passed: bool
    facts: dict[str, str | int] = field(default_factory=dict)


def diagnose(settings: Settings) -> Iterator[Check]:
    """Return the checks in the order in which one builds on another."""
    if settings.database_url is None:
        yield _programs()
        yield Check("cluster", cluster.is_running(settings), {"folder": str(settings.cluster_dir)})
    yield from _database(settings)
    for name in processes.NAMES:
        number = processes.running_id(settings, name)
        yield Check(name, number is not None, {"process": number or 0})
    yield Check("served", processes.port_is_taken(settings), {"port": settings.port})
    yield _provider(settings)


def _provider(settings: Settings) -> Check:
    """Say whether addresses leave this installation, and where to."""
    asked = settings.provider
    if asked is None:
        return Check("provider_off", True)
    facts: dict[str, str | int] = {"provider": asked.provider.value, "host": asked.host, "daily": asked.daily}
    return Check("provider_on", True, facts)


def _programs() -> Check:
    try:
        return Check("programs", True, {"folder": str(cluster.find_bin_dir())})
    except Refused:
        return Check("programs", False, {"folder": "-"})


def _database(settings: Settings) -> Iterator[Check]:
    engine = make_engine(cluster.importer_url(settings))
    try:
        with engine.connect() as connection:
            yield Check("database", True)
            for check in (_postgis, _schema, _chinese, _contents):
                yield check(connection)
        yield from _access(settings)
        yield _counts(settings, engine)
        yield _demo_accounts(settings, engine)
    except OperationalError:
        yield Check("database", False)
    finally:
        engine.dispose()


def _access(settings: Settings) -> Iterator[Check]:
    """Whether the login that serves sees only what each role may."""
    engine = make_engine(cluster.server_url(settings))
    try:
        for check in access_checks(engine):
            yield Check(check.code, check.passed, {"found": "; ".join(check.found) or "-"})
    finally:
        engine.dispose()


def _counts(settings: Settings, engine: Engine) -> Check:
    """Whether the columnar copy has the numbers of SQL; one that is still to come is no fault."""
    from data.counts.verifying import verify

    verdict = verify(engine, settings.counts_dir, np.random.default_rng())
    facts: dict[str, str | int] = {
        "rows": verdict.rows, "asked": verdict.asked, "found": verdict.difference
    }  # fmt: skip
    if verdict.state in {"missing", "behind"}:
        return Check(f"counts_{verdict.state}", True, facts)
    code = "counts_damaged" if verdict.state == "damaged" else "counts"
    return Check(code, verdict.state == "equal", facts)


def _demo_accounts(settings: Settings, cities: Engine) -> Check:
    """Whether accounts whose passwords were printed are kept to an invented city."""
    owner = make_engine(cluster.database_url(settings))
    try:
        with owner.connect() as connection:
            enabled = connection.execute(
                text("SELECT login FROM account WHERE demo AND NOT disabled ORDER BY 1")
            )
            logins = list(enabled.scalars())
    finally:
        owner.dispose()
    passed = not logins or is_synthetic(cities)
    return Check("demo_accounts", passed, {"count": len(logins), "logins": ", ".join(logins)})


def _postgis(connection: Connection) -> Check:
    version = connection.execute(
        text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    ).scalar_one_or_none()
    return Check("postgis", version is not None, {"version": version or "-"})


def _schema(connection: Connection) -> Check:
    current, newest = migrate.current_revision(connection), migrate.newest_revision()
    return Check("schema", current == newest, {"current": current or "-", "newest": newest})


def _chinese(connection: Connection) -> Check:
    # Under lc_ctype C, PostgreSQL sees no letters in Chinese text and trigram search finds nothing.
    ctype: str = connection.execute(
        text("SELECT datctype FROM pg_database WHERE datname = current_database()")
    ).scalar_one()
    return Check("chinese", ctype not in {"C", "POSIX"}, {"ctype": ctype})


def _contents(connection: Connection) -> Check:
    def count(statement: str) -> int:
        number: int = connection.execute(text(statement)).scalar_one()
        return number

    areas = count("SELECT count(*) FROM area WHERE valid_to IS NULL")
    petitions = count("SELECT count(*) FROM petition")
    return Check("contents", areas > 0, {"areas": areas, "petitions": petitions})
