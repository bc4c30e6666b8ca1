"""What every command is given, and how a command ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Engine

from data import cluster, processes
from data.migrate import current_revision, migrate, newest_revision
from data.sessions import make_engine
from data.settings import Settings
from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class Context:
    """``ctx.obj`` of every command: settings, and words by key."""

    settings: Settings
    say: Callable[..., str]

    def open_engine(self) -> Engine:
        """Start the embedded cluster where it is used, migrate, and return the importer's engine."""
        self.open_owner_engine().dispose()
        return make_engine(cluster.importer_url(self.settings))

    def open_owner_engine(self) -> Engine:
        """Start the embedded cluster where it is used, migrate, and return the owner's engine."""
        if self.settings.database_url is None:
            cluster.ensure_running(self.settings)
        engine = make_engine(cluster.database_url(self.settings))
        check_update(self.settings, engine)
        migrate(engine)
        return engine

    @contextmanager
    def step(self, key: str, /, **facts: object) -> Iterator[None]:
        """Print a step and, when it is done, how long it took."""
        click.echo(f"· {self.say(key, **facts)} … ", nl=False)
        started = time.monotonic()
        yield
        click.echo(self.say("cli.seconds", seconds=round(time.monotonic() - started, 1)))


def check_update(settings: Settings, engine: Engine) -> None:
    """Refuse to migrate under a server or worker of ours of older code: ``Refused('update_first')``."""
    if not any(processes.is_outdated(settings, name) for name in processes.NAMES):
        return
    with engine.connect() as connection:
        if current_revision(connection) != newest_revision():
            raise Refused("update_first")
