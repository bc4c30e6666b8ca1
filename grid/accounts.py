"""Accounts as an administrator sees them, and the rules of their names and scopes."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime

from grid.areas import Level
from grid.personal.identifiers import half_width, is_mobile_number
from grid.principals import Role
from grid.refusals import Refused

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dx]|\d{15}|(?:86)?1[3-9]\d{9}|0\d{9,11})(?!\d)|^\d{7,}$", re.ASCII)
"""ID numbers, mobile and fixed telephones, and a bare number that may be any of somebody's."""
_OFFICE_LINE = re.compile(
    r"\d{3,6}|(?:0\d{2,3}[- ]?)?[2-8]\d{6,7}(?:-\d{1,5})?|[48]00-?\d{3}-?\d{4}", re.ASCII
)
_MOST_IN_SCOPE = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What an account answers for: areas by code, units by name or, those of an area, by its code."""

    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made; one without a password comes in through the identity provider."""

    login: str
    role: Role
    scope: Scope = Scope()
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ScopePart:
    """One area or unit of an account's scope: its name, and the text that ``Scope`` names it by."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account; ``seen_at`` is when a session of it last asked.

    ``bound_to`` is where a kiosk's token is good from, none for other accounts and once it is revoked.
    """

    public_id: str
    login: str
    role: Role
    scope: tuple[ScopePart, ...]
    disabled: bool
    demo: bool
    live_sessions: int
    created_at: datetime
    seen_at: datetime | None
    bound_to: str | None


@dataclass(frozen=True, slots=True)
class CitySettings:
    """What stands on every map: the city's name, its source, the review number 审图号 and the stamp.

    ``office_line`` is the supervision phone (监督电话) on the notice cards of grids, empty for none.
    """

    name: str
    source: str
    review_number: str
    internal: bool
    office_line: str = ""


SCOPE_LEVELS: dict[Role, frozenset[Level]] = {
    Role.WORKER: frozenset({Level.GRID, Level.VILLAGE}),
    Role.TOWN: frozenset({Level.TOWN, Level.COUNTY}),
}
"""The levels of areas that a role's scope is made of."""


def read_office_line(text: str) -> str:
    """Return an office's phone as it is shown: a short service number or a landline, empty for none.

    Raises ``Refused('office_line_unreadable')``, or ``('office_line_personal')`` for a mobile phone, which is
    a person's.
    """
    line = half_width(text).strip()
    if is_mobile_number(line):
        raise Refused("office_line_personal")
    if line and _OFFICE_LINE.fullmatch(line) is None:
        raise Refused("office_line_unreadable")
    return line


def is_login(text: str) -> bool:
    """Return whether a text could be a sign-in name."""
    return _LOGIN.fullmatch(text) is not None


def read_login(text: str) -> str:
    """Return a sign-in name in small letters; it is a work name, so that no personal number may be one.

    Raises ``Refused('login_unreadable')`` or ``('login_personal')``; neither repeats the text.
    """
    login = text.strip().lower()
    if "@" in login or _PERSONAL.search(login.replace("-", "").replace(".", "").replace("_", "")):
        raise Refused("login_personal")
    if not is_login(login):
        raise Refused("login_unreadable")
    return login


def check_scope(role: Role, scope: Scope) -> None:
    """Check that a role has the kind of scope that it needs, and no other.

    Raises ``Refused``: ``scope_missing_worker``, ``scope_missing_town``, ``scope_missing_unit``,
    ``scope_not_for_role``, ``scope_too_large``, or ``role_is_kiosk``, which is no account of a person.
    """
    if role is Role.KIOSK:
        raise Refused("role_is_kiosk")
    if (scope.areas and role not in SCOPE_LEVELS) or (scope.units and role is not Role.UNIT):
        raise Refused("scope_not_for_role")
    _check_not_missing(role, scope)
    if len(scope.areas) + len(scope.units) > _MOST_IN_SCOPE:
        raise Refused("scope_too_large", most=_MOST_IN_SCOPE)


def _check_not_missing(role: Role, scope: Scope) -> None:
    if scope.areas or scope.units:
        return
    if role is Role.WORKER:
        raise Refused("scope_missing_worker")
    if role is Role.TOWN:
        raise Refused("scope_missing_town")
    if role is Role.UNIT:
        raise Refused("scope_missing_unit")


def read_network(text: str) -> str:
    """Return an address or a network as it is compared; raises ``Refused('address_unreadable')``.

    A kiosk is bound to something: a network of everyone is none.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise Refused("address_unreadable", text=text[:60]) from None
    if network.prefixlen == 0:
        raise Refused("address_unreadable", text=text[:60])
    return str(network.network_address) if network.num_addresses == 1 else str(network)
