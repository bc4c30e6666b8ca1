"""The ``fengtu`` command: each command's module is imported only when it is called, since some are heavy."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from data.settings import read_settings
from grid.refusals import Refused

_COMMANDS = {
    "up": "server.up",
    "stop": "server.stop",
    "init": "server.init",
    "doctor": "server.doctor",
    "worker": "server.worker",
    "migration": "server.migration",
    "roles": "server.roles",
    "demo": "demo.demo",
    "export": "demo.export",
    "import": "imports.commands",
    "boundaries": "boundaries.boundaries",
    "geocode": "geocode.command",
    "providers": "providers.providers",
    "hotspots": "hotspots.command",
    "rank": "rank.command",
    "coverage": "coverage.commands",
    "report": "report.commands",
    "audit": "audit.commands",
    "user": "user.user",
    "kiosk": "kiosk.kiosk",
    "recusal": "recusal.recusal",
    "clocks": "clocks.commands",
    "tour": "tours.commands",
}
"""Each command and where below ``data.commands`` it is."""


def make_cli(say: Callable[..., str]) -> click.Group:
    """Return the command group; ``say`` gives the words of a key, since storage has none."""

    @click.group(cls=_Group, say=say, name="fengtu", help=say("cli.help"))
    @click.pass_context
    def fengtu(context: click.Context) -> None:
        from data.commands.context import Context

        context.obj = Context(settings=read_settings(), say=say)

    return fengtu


class _Group(click.Group):
    """A lazy group; a command that raises ``Refused`` ends with its words on stderr and exit code 2."""

    def __init__(self, *args: Any, say: Callable[..., str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._say = say

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(".")
        found: click.Command = getattr(import_module(f"data.commands.{module}"), attribute)
        found.help = self._say(f"help.{cmd_name}")
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; the one place where a refusal becomes words."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            click.echo(self._say(f"refusals.{refused.code}", **refused.facts), err=True)
            ctx.exit(2)
