"""``fengtu clocks``: rules and calendar years as they stand, and all clocks made anew."""

from __future__ import annotations

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.reads.clock_terms import calendar_years, stored_rules
from data.sessions import reading
from grid.clocks.rules import NATION
from grid.clocks.years import CalendarYear, StoredRule
from grid.principals import COMMAND_LINE


@click.group(name="clocks", cls=WordedGroup)
def commands() -> None:
    """Clocks."""


@commands.command()
@click.pass_obj
def rules(context: Context) -> None:
    """List the rules."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        for one in stored_rules(session):
            click.echo(_rule(context, one))


@commands.command()
@click.pass_obj
def years(context: Context) -> None:
    """List the calendar's years."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        for one in calendar_years(session):
            click.echo(_year(context, one))


@commands.command()
@click.pass_obj
def recompute(context: Context) -> None:
    """Make all clocks anew."""
    from data.writes.clocks import recompute_all

    done = recompute_all(context.open_engine(), COMMAND_LINE)
    facts = {"matters": done.matters, "clocks": done.clocks, "dues": done.dues}
    click.echo(context.say("clock_command.recomputed", **facts))


def _rule(context: Context, one: StoredRule) -> str:
    rule, say = one.rule, context.say
    where = say("clock_jurisdiction.nation") if rule.jurisdiction == NATION else rule.jurisdiction
    return say(
        "clock_command.rule", id=one.id, clock=say(f"clock.{rule.clock}"), where=where,
        length=say(f"clock_admin.length.{rule.counting}", days=rule.days), extension=rule.extension_days,
        since=rule.valid_from, until=rule.valid_to or "", source=rule.source,
        state=say(f"clock_command.{'current' if one.is_current else 'former'}"),
    )  # fmt: skip


def _year(context: Context, one: CalendarYear) -> str:
    key = "published" if one.is_published else "unpublished"
    source = context.say(f"clock_admin.source.{one.source or 'none'}")
    facts = {"year": one.year, "holidays": one.holidays, "workdays": one.workdays, "source": source}
    return context.say(f"clock_command.{key}", **facts)
