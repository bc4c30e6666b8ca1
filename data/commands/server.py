"""Commands that set up, serve, stop and check an installation."""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from data import cluster, migrate, models, processes
from data.access import roles as database_roles
from data.access.startup import refuse_unsafe
from data.commands.context import Context, check_update
from data.reads.city import CITY_ZONE
from data.sessions import make_engine
from data.writes.city import set_city
from grid.principals import COMMAND_LINE

DEMO_SEED = 7
DEMO_PETITIONS = 20_000


@click.command()
@click.option("--demo", "with_demo", is_flag=True)
@click.option("--foreground", is_flag=True)
@click.pass_obj
def up(context: Context, with_demo: bool, foreground: bool) -> None:
    """Start the database, migrate, and serve; with --demo fill an empty city first."""
    settings = context.settings
    _stop_outdated(context)
    engine = _prepare(context)
    if engine is not None and with_demo and _is_empty(engine):
        _make_demo(context, engine)
    if engine is not None:
        _refuse_unsafe(context)
    if processes.running_id(settings, processes.WORKER) is None:
        processes.start(settings, processes.WORKER)
    if foreground:
        _say_who_comes_in(context, engine, with_demo=with_demo)
        processes.become(settings, processes.SERVER)
    with context.step("cli.serving"):
        _serve(context)
    click.echo(context.say("cli.served", port=settings.port))
    _say_who_comes_in(context, engine, with_demo=with_demo)


@click.command()
@click.pass_obj
def stop(context: Context) -> None:
    """End the server, the worker and the embedded database."""
    for name in processes.NAMES:
        if processes.stop(context.settings, name):
            click.echo(context.say(f"cli.stopped_{name}"))
    if context.settings.database_url is None and cluster.stop(context.settings):
        click.echo(context.say("cli.stopped_cluster"))


@click.command()
@click.option("--name", default="")
@click.option("--source", default="")
@click.option("--review-number", default="")
@click.option("--office-line", default="")
@click.option("--internal/--public", "internal", default=None)
@click.pass_obj
def init(context: Context, /, internal: bool | None, **given: str) -> None:
    """Make an empty city, or set its name, source, 审图号, 监督电话 and stamp."""
    engine = _prepare(context)
    if engine is None:
        raise click.exceptions.Exit(2)
    values = {key: value for key, value in given.items() if value}
    if internal is not None:
        values["internal"] = "true" if internal else "false"
    set_city(engine, COMMAND_LINE, values)
    click.echo(context.say("cli.initialised", home=context.settings.home))


@click.command()
@click.pass_obj
def doctor(context: Context) -> None:
    """Check the installation; exit code 1 where a check fails."""
    from data import diagnosis

    failed = False
    for check in diagnosis.diagnose(context.settings):
        failed |= not check.passed
        outcome = "passed" if check.passed else "failed"
        click.echo(
            f"{'✓' if check.passed else '✗'} {context.say(f'doctor.{check.code}_{outcome}', **check.facts)}"
        )
    raise click.exceptions.Exit(1 if failed else 0)


@click.command(hidden=True)
@click.option("--id-file", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.pass_obj
def worker(context: Context, id_file: Path | None) -> None:
    """Run queued imports until told to stop."""
    from data.geocode.placing_tables import PlacingTables
    from data.worker import import_upload, run_worker

    if id_file is not None:
        id_file.write_text(str(os.getpid()))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    settings = context.settings
    engine = make_engine(cluster.importer_url(settings))
    importer = partial(import_upload, table_of=PlacingTables(settings.placing_dir))
    run_worker(engine, stopping, importer=importer, tiles=settings.tile_dir, counts=settings.counts_dir)


@click.command()
@click.option("--owner", default=cluster.OWNER, show_default=True)
def roles(owner: str) -> None:
    """Print what a superuser of a database of your own must run, once a cluster and once a database."""
    for statement in (*database_roles.cluster_statements(), *database_roles.database_statements(owner)):
        click.echo(f"{statement};")


@click.command()
@click.argument("slug")
@click.pass_obj
def migration(context: Context, slug: str) -> None:
    """Write a migration from what the models have and the database has not."""
    migrate.write_revision(context.open_owner_engine(), slug)


def _stop_outdated(context: Context) -> None:
    """End processes of older code or settings, before the schema changes under them."""
    for name in processes.NAMES:
        if processes.is_outdated(context.settings, name):
            processes.stop(context.settings, name)
            click.echo(context.say(f"cli.outdated_{name}"))


def _prepare(context: Context) -> Engine | None:
    """Start and migrate the database; the importer's engine, none where a configured one does not answer."""
    try:
        if context.settings.database_url is None:
            with context.step("cli.cluster"):
                cluster.ensure_running(context.settings)
        engine = make_engine(cluster.database_url(context.settings))
        check_update(context.settings, engine)
        with context.step("cli.migrating"):
            migrate.migrate(engine)
        engine.dispose()
    except OperationalError:
        click.echo(context.say("refusals.database_down"), err=True)
        return None
    return make_engine(cluster.importer_url(context.settings))


def _refuse_unsafe(context: Context) -> None:
    with context.step("cli.access"):
        server = make_engine(cluster.server_url(context.settings))
        try:
            refuse_unsafe(server)
        finally:
            server.dispose()


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(select(models.Area.id).limit(1)).scalar_one_or_none() is None


def _make_demo(context: Context, engine: Engine) -> None:
    from data.demo import load_demo

    today = datetime.now(ZoneInfo(CITY_ZONE)).date()
    load_demo(engine, seed=DEMO_SEED, petitions=DEMO_PETITIONS, until=today, step=context.step)


def _say_who_comes_in(context: Context, engine: Engine | None, *, with_demo: bool) -> None:
    """Show the demo's accounts, or what to do where there are none at all."""
    from data.commands.demo_accounts import show_demo_accounts
    from data.commands.worded import open_accounts

    if engine is not None and with_demo:
        show_demo_accounts(context)
    if engine is not None and not open_accounts(context).accounts():
        click.echo(context.say("cli.no_accounts"))


def _serve(context: Context) -> None:
    settings = context.settings
    if processes.running_id(settings, processes.SERVER) is None:
        if processes.port_is_taken(settings):
            raise click.ClickException(context.say("refusals.port_taken", port=settings.port))
        processes.start(settings, processes.SERVER)
    processes.wait_until_served(settings)
