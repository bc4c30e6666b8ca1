"""The ``fengtu`` command: a group of the commands in ``data/commands``."""

from __future__ import annotations

from collections.abc import Callable

import click

from data.commands import demo, geocode, imports, server
from data.commands.context import Context, RefusingGroup
from data.settings import read_settings


def make_cli(say: Callable[..., str]) -> click.Group:
    """Return the command group; ``say`` gives the words of a key, since storage has none."""

    @click.group(cls=RefusingGroup, say=say, name="fengtu", help=say("cli.help"))
    @click.pass_context
    def fengtu(context: click.Context) -> None:
        context.obj = Context(settings=read_settings(), say=say)

    for command in (*server.commands, *demo.commands, imports.commands, geocode.command):
        fengtu.add_command(command)
    return fengtu
