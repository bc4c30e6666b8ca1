"""``fengtu boundaries``: the editions of each level, what they have in common, and going back by one."""

from __future__ import annotations

from datetime import date

import click
from sqlalchemy import Engine

from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.reads import editions as reads
from data.sessions import reading
from data.writes import editions as writes
from grid.areas import LEVELS, Level
from grid.editions import CrosswalkLine, EditionView
from grid.principals import COMMAND_LINE

_LEVEL = click.Choice(list(map(str, LEVELS)))


@click.group(name="boundaries", cls=WordedGroup)
def boundaries() -> None:
    """Editions of boundaries."""


@boundaries.command(name="list")
@click.pass_obj
def list_editions(context: Context) -> None:
    """List every edition."""
    engine = context.open_engine()
    try:
        with reading(engine, COMMAND_LINE) as session:
            found = reads.editions(session)
    finally:
        engine.dispose()
    for edition in found:
        click.echo(_edition_line(context, edition))
    if not found:
        click.echo(context.say("boundaries.no_editions"))


@boundaries.command(name="rollback")
@click.argument("level", type=_LEVEL)
@click.pass_obj
def roll_back(context: Context, level: str) -> None:
    """Go back to a level's edition before."""
    engine = context.open_engine()
    try:
        done = writes.roll_back(engine, COMMAND_LINE, Level(level))
    finally:
        engine.dispose()
    named = context.say(f"level.{done.level}")
    click.echo(context.say("boundaries.rolled_back", level=named, areas=done.areas, matters=done.matters))


@boundaries.command(name="crosswalk")
@click.argument("level", type=_LEVEL)
@click.pass_obj
def crosswalk(context: Context, level: str) -> None:
    """List what a level's two newest editions have in common."""
    engine: Engine = context.open_engine()
    try:
        with reading(engine, COMMAND_LINE) as session:
            lines = reads.crosswalk(session, Level(level))
    finally:
        engine.dispose()
    for line in lines:
        click.echo(_crosswalk_line(context, line))


def _edition_line(context: Context, edition: EditionView) -> str:
    state = context.say("boundaries.withdrawn") if edition.withdrawn else ""
    return context.say(
        "boundaries.list_line",
        level=context.say(f"level.{edition.level}"),
        id=edition.id,
        vintage=edition.vintage,
        since=edition.valid_from.isoformat(),
        until=_until(context, edition.valid_to),
        areas=edition.areas,
        crs=edition.crs,
        source=edition.source,
        state=state,
    )


def _until(context: Context, day: date | None) -> str:
    if day is None:
        return context.say("boundaries.in_force")
    return context.say("boundaries.until", day=day.isoformat())


def _crosswalk_line(context: Context, line: CrosswalkLine) -> str:
    return context.say(
        "boundaries.crosswalk_line",
        old_code=line.old_code,
        old_name=line.old_name,
        new_code=line.new_code,
        new_name=line.new_name,
        area=f"{line.shared_m2:,.0f}",
        share_of_old=f"{100 * line.share_of_old:.1f}",
        share_of_new=f"{100 * line.share_of_new:.1f}",
        matters=context.say("boundaries.few") if line.matters is None else line.matters,
    )
