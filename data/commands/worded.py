"""Groups of commands whose help is in the locale files, and the desks that they work at."""

from __future__ import annotations

import click

from data import cluster
from data.commands.context import Context
from data.sessions import make_engine
from data.writes.accounts import AccountBook
from data.writes.recusals import RecusalBook
from grid.principals import COMMAND_LINE


class WordedGroup(click.Group):
    """A group whose commands are explained by ``help.<group>_<command>``."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command with its help."""
        found = super().get_command(ctx, cmd_name)
        if found is not None and isinstance(ctx.obj, Context):
            found.help = ctx.obj.say(f"help.{self.name}_{cmd_name}")
        return found


def open_accounts(context: Context) -> AccountBook:
    """Return the accounts as their owner's, with areas and units read as the importer."""
    owner = context.open_owner_engine()
    return AccountBook(owner, COMMAND_LINE, make_engine(cluster.importer_url(context.settings)))


def open_recusals(context: Context) -> RecusalBook:
    """Return the recusals as their owner's, with matters looked up as the importer."""
    owner = context.open_owner_engine()
    return RecusalBook(owner, COMMAND_LINE, make_engine(cluster.importer_url(context.settings)))
