"""Composition: the only place that knows storage, screens and words at once. Nobody imports it.

What a server alone needs is imported where one is made: other commands are there at once.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from data.cli import make_cli
from data.settings import Settings, read_settings
from layers.words import say

if TYPE_CHECKING:
    from dash import Dash
    from flask import Flask


def create_app(settings: Settings) -> Dash:
    """Return the Dash app over the settings' database; it starts also while the database is down.

    Raises ``Refused('access_unsafe')`` where the database would let a role see more than is declared.
    """
    from sqlalchemy.exc import OperationalError

    from callbacks.shell import make_shell
    from callbacks.tools import IdentityProvider, Tools
    from data.access.startup import refuse_unsafe
    from data.cluster import server_url
    from data.processes import program_digest
    from data.sessions import make_engine
    from data.store import PostgisStore

    engine = make_engine(server_url(settings))
    with suppress(OperationalError):
        refuse_unsafe(engine)
    store = PostgisStore(engine, settings.counts_dir, settings.tile_dir)
    oidc = IdentityProvider(**asdict(settings.oidc)) if settings.oidc else None
    program = program_digest(Path(__file__).parent)[:16]
    return make_shell(Tools(store=store, oidc=oidc, proxies=settings.proxies, program=program))


def create_server() -> Flask:
    """Return the WSGI application for gunicorn."""
    from callbacks.access import logs

    logs.set_up()
    server: Flask = create_app(read_settings()).server
    return server


def main() -> None:
    """Run the ``fengtu`` command."""
    sys.exit(make_cli(say).main(standalone_mode=True))


if __name__ == "__main__":
    main()
