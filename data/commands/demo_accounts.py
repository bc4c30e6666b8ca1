"""Showing the demo accounts at a start of the demo city."""

from __future__ import annotations

import unicodedata

import click

from data import cluster
from data.commands.context import Context
from data.commands.kiosk import link, local_url
from data.demo.accounts import FILE_NAME, is_synthetic, keep_demo_accounts
from data.sessions import make_engine
from grid.principals import Role

_ROLE_WIDTH = 14


def show_demo_accounts(context: Context) -> None:
    """Make the accounts of an invented city where they are missing and print them; nothing in a real one."""
    settings = context.settings
    owner = make_engine(cluster.database_url(settings))
    cities = make_engine(cluster.importer_url(settings))
    try:
        if not is_synthetic(cities):
            return
        accounts = keep_demo_accounts(owner, cities, settings.home)
    finally:
        owner.dispose()
        cities.dispose()
    click.echo(context.say("demo_accounts.heading", file=settings.home / FILE_NAME))
    for one in accounts:
        secret = link(local_url(settings), one.secret) if one.role is Role.KIOSK else one.secret
        click.echo(f"  {one.login:<15} {_padded(context.say(f'role.{one.role}'))} {secret}")


def _padded(text: str) -> str:
    """Return a text filled up to a column; a Chinese character is two wide in a terminal."""
    width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(0, _ROLE_WIDTH - width)
