"""``fengtu kiosk``: screens that nobody signs in to, each bound to an address by its link."""

from __future__ import annotations

from ipaddress import ip_network

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup, open_accounts
from data.settings import Settings, read_public_url
from grid.principals import Role


@click.group(cls=WordedGroup)
def kiosk() -> None:
    """Kiosks."""


@kiosk.command()
@click.argument("name")
@click.option("--from", "address", required=True, metavar="ADDRESS_OR_CIDR")
@click.option("--url", default="", metavar="https://HOST")
@click.pass_obj
def add(context: Context, name: str, address: str, url: str) -> None:
    """Make a kiosk and print its link, once."""
    base = read_public_url(url) or context.settings.public_url
    token = open_accounts(context).add_kiosk(name, address)
    click.echo(context.say("kiosk.added", name=name, address=address))
    if base is None and not ip_network(address.strip(), strict=False).is_loopback:
        click.echo(context.say("kiosk.address_missing"))
        base = ""
    click.echo(link(local_url(context.settings) if base is None else base, token))


@kiosk.command("list")
@click.pass_obj
def list_all(context: Context) -> None:
    """List the kiosks."""
    for account in open_accounts(context).accounts():
        if account.role is Role.KIOSK:
            where = context.say("kiosk.is_revoked") if account.disabled else account.bound_to or ""
            click.echo(f"{account.public_id}  {account.login}  {where}")


@kiosk.command()
@click.argument("name")
@click.pass_obj
def revoke(context: Context, name: str) -> None:
    """End a kiosk's link."""
    book = open_accounts(context)
    book.revoke_kiosk(name)
    click.echo(context.say("kiosk.revoked", name=name))


def local_url(settings: Settings) -> str:
    """Return the server's address on its own machine."""
    return f"http://127.0.0.1:{settings.port}"


def link(base: str, token: str) -> str:
    """Return the address that a kiosk opens; what stands after the sign reaches no server and no log."""
    return f"{base}/kiosk#{token}"
