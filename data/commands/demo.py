"""``fengtu demo`` makes the demo city; ``fengtu export`` writes a city's files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from data.commands.context import Context
from data.demo import load_demo
from data.export.bundle import PETITIONS_CSV, PETITIONS_XLSX, write_bundle
from data.export.city import read_bundle
from data.reads.city import CITY_ZONE
from data.sessions import reading, writing
from grid.audits import Action
from grid.principals import COMMAND_LINE
from grid.refusals import Refused

_Folder = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True)
@click.option("--petitions", type=click.IntRange(1, 1_000_000), default=20_000, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--files", "folder", type=_Folder, default=None)
@click.pass_obj
def demo(context: Context, seed: int, petitions: int, until: datetime | None, folder: Path | None) -> None:
    """Fill an empty city with invented data; --files keeps the files that it is imported from."""
    today = datetime.now(ZoneInfo(CITY_ZONE)).date()
    last = until.date() if until else today
    if last > today:
        raise Refused("until_in_future", until=last.isoformat(), today=today.isoformat())
    engine = context.open_engine()
    reports = load_demo(engine, seed=seed, petitions=petitions, until=last, folder=folder, step=context.step)
    rows, review = sum(report.rows for report in reports), sum(report.review for report in reports)
    click.echo(context.say("demo.done", rows=rows, review=review))


@click.command()
@click.argument("folder", type=_Folder)
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--accusations", is_flag=True)
@click.pass_obj
def export(context: Context, folder: Path, as_csv: bool, accusations: bool) -> None:
    """Write the city's files into FOLDER, in the formats that the imports read."""
    engine = context.open_engine()
    with context.step("export.reading"), reading(engine, COMMAND_LINE) as session:
        bundle = read_bundle(session, COMMAND_LINE, accusations=accusations)
    # The reading changes nothing, not even the audit; its row stands before the first file does.
    counts = {**bundle.counts, "accusations": accusations}
    with writing(engine, COMMAND_LINE, Action.CITY_EXPORT, "city", changes_data=False, **counts):
        pass
    with context.step("export.writing"):
        paths = write_bundle(bundle, folder, petitions=PETITIONS_CSV if as_csv else PETITIONS_XLSX)
    for path in paths:
        click.echo(str(path))
