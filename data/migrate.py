"""Migrations: bring a database to the schema of this code, and tell whether it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, Engine

from data.access.applying import lift_access
from data.access.upkeep import keep_access
from data.clocks.seeding import seed_clocks
from data.models import Base
from data.writes.schemes import seed_scheme


def migrate(engine: Engine) -> None:
    """Upgrade the database to the newest revision and its access to what is declared, in one transaction.

    Raises ``Refused('roles_missing')``.
    """
    with engine.begin() as connection:
        if current_revision(connection) != newest_revision():
            # Forced row level security shows the owner no rows: a migration of data would change none.
            lift_access(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            # While the owner may still write: access shuts the tables again.
            seed_clocks(connection)
            seed_scheme(connection)
        keep_access(connection)


def write_revision(engine: Engine, slug: str) -> None:
    """Write a new revision from the difference between models and database, named by date and slug."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        config.set_main_option("file_template", "%%(rev)s")
        day = datetime.now(UTC).strftime("%Y%m%d")
        command.revision(config, slug, autogenerate=True, rev_id=f"{day}_{slug}")


def newest_revision() -> str:
    """Return the one head of the migrations; raises when there are two."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def current_revision(connection: Connection) -> str | None:
    """Return the revision that a database is at, none for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[object]:
    """Return what the models have and the database has not, or the other way round."""
    context = MigrationContext.configure(connection, opts=COMPARISON)
    return list(compare_metadata(context, Base.metadata))


def _include_object(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    if kind == "table" and name == "spatial_ref_sys":
        return False
    ours: bool = alembic_helpers.include_object(item, name, kind, reflected, other)
    return ours


COMPARISON: dict[str, Any] = {"include_object": _include_object, "compare_type": True}
"""How a database is compared with the models: what PostGIS brings itself is left alone."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
