"""``fengtu user``: who may sign in, as what, and for which areas or units."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from data.commands.context import Context
from data.commands.worded import WordedGroup, open_accounts
from grid.accounts import AccountView, NewAccount, Scope
from grid.principals import Role

_ROLES = click.Choice([role.value for role in Role if role is not Role.KIOSK])
_area = click.option("--area", "areas", multiple=True, metavar="CODE")
_unit = click.option("--unit", "units", multiple=True, metavar="NAME")
_stdin = click.option("--password-stdin", "from_stdin", is_flag=True)


@click.group(cls=WordedGroup)
def user() -> None:
    """Accounts."""


@user.command()
@click.argument("login")
@click.option("--role", type=_ROLES, required=True)
@_area
@_unit
@_stdin
@click.option("--no-password", "without", is_flag=True)
@click.pass_obj
def add(context: Context, /, login: str, role: str, **given: Any) -> None:
    """Make an account."""
    book = open_accounts(context)
    password = None if given["without"] else _ask_password(context, given["from_stdin"])
    book.add(NewAccount(login, Role(role), Scope(given["areas"], given["units"]), password))
    click.echo(context.say("user.added", login=login.lower(), role=context.say(f"role.{role}")))


@user.command("scope")
@click.argument("login")
@_area
@_unit
@click.pass_obj
def change_scope(context: Context, login: str, areas: tuple[str, ...], units: tuple[str, ...]) -> None:
    """Replace an account's scope."""
    open_accounts(context).set_scope(login, Scope(areas, units))
    click.echo(context.say("user.scoped", login=login))


@user.command("role")
@click.argument("login")
@click.option("--role", type=_ROLES, required=True)
@_area
@_unit
@click.pass_obj
def change_role(
    context: Context, login: str, role: str, areas: tuple[str, ...], units: tuple[str, ...]
) -> None:
    """Give an account another role and scope."""
    open_accounts(context).set_role(login, Role(role), Scope(areas, units))
    click.echo(context.say("user.role_set", login=login, role=context.say(f"role.{role}")))


@user.command()
@click.argument("login")
@click.pass_obj
def disable(context: Context, login: str) -> None:
    """Keep an account out."""
    open_accounts(context).set_disabled(login, True)
    click.echo(context.say("user.disabled", login=login))


@user.command()
@click.argument("login")
@click.pass_obj
def enable(context: Context, login: str) -> None:
    """Let an account in again."""
    open_accounts(context).set_disabled(login, False)
    click.echo(context.say("user.enabled", login=login))


@user.command("password")
@click.argument("login")
@_stdin
@click.pass_obj
def change_password(context: Context, login: str, from_stdin: bool) -> None:
    """Give an account a new password."""
    book = open_accounts(context)
    book.set_password(login, _ask_password(context, from_stdin) or "")
    click.echo(context.say("user.password_set", login=login))


@user.command("list")
@click.pass_obj
def list_all(context: Context) -> None:
    """List all accounts."""
    for account in open_accounts(context).accounts():
        click.echo(_line(account, context.say))


def _ask_password(context: Context, from_stdin: bool) -> str:
    """Return a password, typed twice or piped in; never an argument, which every process could read."""
    if from_stdin:
        line = sys.stdin.readline()
        return line.rstrip("\r\n")
    again = context.say("user.type_again")
    ask = context.say("user.type_password")
    typed: str = click.prompt(ask, hide_input=True, confirmation_prompt=again)
    return typed


def _line(account: AccountView, say: Callable[..., str]) -> str:
    parts = [account.public_id, account.login, say(f"role.{account.role}")]
    parts += ["、".join(f"{part.name}（{part.key}）" for part in account.scope)] if account.scope else []
    parts += [account.bound_to] if account.bound_to else []
    parts += [say("user.is_disabled")] if account.disabled else []
    parts += [say("user.is_demo")] if account.demo else []
    return "  ".join(parts)
