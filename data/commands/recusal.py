"""``fengtu recusal``: matters that are kept from an account (回避)."""

from __future__ import annotations

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup, open_recusals

_matter = click.option("--matter-no", required=True, metavar="NO")
_login = click.option("--login", required=True)


@click.group(cls=WordedGroup)
def recusal() -> None:
    """Recusals."""


@recusal.command()
@_matter
@_login
@click.pass_obj
def add(context: Context, matter_no: str, login: str) -> None:
    """Keep a matter from an account."""
    open_recusals(context).add(matter_no, login)
    click.echo(context.say("recusal.added", login=login))


@recusal.command()
@_matter
@_login
@click.pass_obj
def remove(context: Context, matter_no: str, login: str) -> None:
    """Let an account see a matter again."""
    open_recusals(context).remove(matter_no, login)
    click.echo(context.say("recusal.removed", login=login))
