"""Accounts of the demo city: one for each role, with random passwords that this machine's user may read.

They exist in an invented city only. Passwords and the kiosk's token are kept in a file of the installation,
so that every start can show them; a database that did not make them gets new ones.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from data.writes.accounts import AccountBook
from grid.accounts import AccountView, NewAccount, Scope
from grid.principals import COMMAND_LINE, Role
from grid.refusals import Refused

FILE_NAME = "demo-accounts.txt"
_KIOSK_FROM = "127.0.0.1"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_IS_SYNTHETIC = (
    "SELECT EXISTS (SELECT FROM edition) AND NOT EXISTS"
    " (SELECT FROM edition WHERE valid_to IS NULL AND NOT synthetic)"
)
_BUSIEST = (
    "SELECT a.code FROM petition p JOIN area a ON a.id = p.{column} WHERE p.closed_on IS NULL"
    " AND p.place_status = 'accepted' AND a.valid_to IS NULL AND p.purpose <> 'accusation'"
    " GROUP BY a.code ORDER BY count(*) DESC, a.code LIMIT 1"
)
_OTHER_VILLAGES = (
    "SELECT v.code FROM area v WHERE v.level = 'village' AND v.valid_to IS NULL AND v.code <> :own"
    " AND v.parent_id = (SELECT parent_id FROM area WHERE level = 'village' AND valid_to IS NULL"
    " AND code = :own LIMIT 1) ORDER BY v.code"
)
_COLLEAGUES = 4
"""Grid workers of the demo worker's town, so that there is somebody to share its grids with."""
_BUSIEST_UNIT = (
    "SELECT coalesce(a.code, u.name) FROM petition p JOIN unit u ON u.id = p.unit_id"
    " LEFT JOIN area a ON a.id = u.area_id WHERE p.closed_on IS NULL AND (a.id IS NULL OR a.level = 'county')"
    " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account as it is shown; ``secret`` is the password, or the token of the kiosk."""

    login: str
    role: Role
    secret: str


def is_synthetic(cities: Engine) -> bool:
    """Return whether all boundaries in force are invented; ``cities`` is the importer's engine."""
    with cities.connect() as connection:
        return bool(connection.execute(text(_IS_SYNTHETIC)).scalar_one())


def keep_demo_accounts(owner: Engine, cities: Engine, home: Path) -> list[DemoAccount]:
    """Make the demo accounts where they are missing; returns those that are enabled.

    Raises ``Refused('not_demo')`` in a city that is not wholly invented.
    """
    if not is_synthetic(cities):
        raise Refused("not_demo")
    book, file = AccountBook(owner, COMMAND_LINE, cities), home / FILE_NAME
    found = {view.login: view for view in book.accounts() if view.demo}
    kept = _read(file, _stamp(found))
    if kept is None:
        kept = list(_make(book, found, cities))
        _add_colleagues(book, found, cities)
        found = {view.login: view for view in book.accounts() if view.demo}
        _write(file, _stamp(found), kept)
    return [one for one in kept if not found[one.login].disabled]


def _make(book: AccountBook, found: dict[str, AccountView], cities: Engine) -> Iterator[DemoAccount]:
    for role in Role:
        login = f"demo-{role.value}"
        view = found.get(login)
        if role is Role.KIOSK:
            if view is not None and not view.disabled:
                book.revoke_kiosk(login)
            yield DemoAccount(login, role, book.add_kiosk(login, _KIOSK_FROM, demo=True))
            continue
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        if view is None:
            book.add(NewAccount(login, role, _scope(cities, role), password), demo=True)
        else:
            book.set_password(login, password)
        yield DemoAccount(login, role, password)


def _add_colleagues(book: AccountBook, found: dict[str, AccountView], cities: Engine) -> None:
    """Give the other villages of the demo worker's town to colleagues; nobody can sign in as one."""
    own = _scope(cities, Role.WORKER).areas
    with cities.connect() as connection:
        others = connection.execute(text(_OTHER_VILLAGES), {"own": own[0] if own else ""}).scalars().all()
    for number in range(min(_COLLEAGUES, len(others))):
        login = f"demo-worker-{number + 2}"
        if login not in found:
            book.add(
                NewAccount(login, Role.WORKER, Scope(areas=tuple(others[number::_COLLEAGUES]))), demo=True
            )


def _scope(cities: Engine, role: Role) -> Scope:
    """Return where the most is open, so that each role has something to look at."""
    with cities.connect() as connection:
        if role is Role.UNIT:
            return Scope(units=tuple(connection.execute(text(_BUSIEST_UNIT)).scalars()))
        column = {Role.WORKER: "village_id", Role.TOWN: "town_id"}.get(role)
        if column is None:
            return Scope()
        return Scope(areas=tuple(connection.execute(text(_BUSIEST.format(column=column))).scalars()))


def _stamp(found: dict[str, AccountView]) -> str:
    """Return what tells the accounts of one database from those of another."""
    return hashlib.sha256(" ".join(sorted(view.public_id for view in found.values())).encode()).hexdigest()


def _read(file: Path, stamp: str) -> list[DemoAccount] | None:
    try:
        first, *lines = file.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ValueError):
        return None
    if first != f"# {stamp}":
        return None
    rows = [line.split("\t") for line in lines]
    return [DemoAccount(login, Role(role), secret) for login, role, secret in rows]


def _write(file: Path, stamp: str, accounts: list[DemoAccount]) -> None:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    rows = [f"{one.login}\t{one.role.value}\t{one.secret}" for one in accounts]
    file.write_text("\n".join([f"# {stamp}", *rows]) + "\n", encoding="utf-8")
