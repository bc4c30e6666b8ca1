"""``fengtu tour``: tours of the wall as files, and their list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.reads import tours as readings
from data.sessions import reading
from data.writes.tours import save_tour
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from grid.tour_files import LARGEST_BYTES, read_file, scene_line, write_file
from grid.tours import Tour


@click.group(name="tour", cls=WordedGroup)
def commands() -> None:
    """Tours of the wall."""


@commands.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_file(context: Context, /, *, path: Path) -> None:
    """Keep a file's tour, in the place of the one of its name."""
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    try:
        tour = read_file(content)
    except Refused as refused:
        line = scene_line(content, int(refused.facts.get("scene", 0)))
        if line:
            click.echo(context.say("tour.command.at_line", line=line), err=True)
        raise
    engine = context.open_engine()
    with reading(engine, COMMAND_LINE) as session:
        before = next((one for one in readings.tours(session) if one.name == tour.name), None)
    if before is not None:
        tour = replace(tour, id=before.id, version=before.version)
    click.echo(_line(context, save_tour(engine, COMMAND_LINE, tour)))


@commands.command()
@click.argument("name")
@click.pass_obj
def export(context: Context, /, *, name: str) -> None:
    """Print a tour as a file."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        found = readings.tour(session, name)
    click.echo(write_file(found), nl=False)


@commands.command(name="list")
@click.pass_obj
def list_tours(context: Context, /) -> None:
    """List the tours."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        found = readings.tours(session)
    for tour in found:
        click.echo(_line(context, tour))
    if not found:
        click.echo(context.say("tour.command.none"))


def _line(context: Context, tour: Tour) -> str:
    seconds = sum(scene.seconds for scene in tour.scenes)
    return context.say(
        "tour.command.line", id=tour.id, name=tour.name, scenes=len(tour.scenes), seconds=seconds
    )
