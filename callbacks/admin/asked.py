"""What a browser sends to the administrator's page, trusting nothing in it; and passwords made for others."""

from __future__ import annotations

import secrets
from enum import StrEnum

from grid.accounts import SCOPE_LEVELS, Scope
from grid.principals import Role
from grid.refusals import Refused

_LONGEST_TEXT = 200
_MOST_KEYS = 500
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for others when they are read out."""
_GROUPS, _GROUP = 4, 4


class Part(StrEnum):
    """The parts of the page."""

    ACCOUNTS = "accounts"
    KIOSKS = "kiosks"
    CITY = "city"
    CLOCKS = "clocks"
    """The calendar of working days and the rules of clocks."""


SCOPED = frozenset({*SCOPE_LEVELS, Role.UNIT})
"""Roles that answer for areas or units."""
PEOPLE = tuple(role for role in Role if role is not Role.KIOSK)


def read_part(text: object) -> Part:
    """Return a part of the page, the first for anything else."""
    return Part(text) if isinstance(text, str) and text in set(Part) else Part.ACCOUNTS


def read_role(value: object) -> Role:
    """Return a role of a person; raises ``Refused('role_missing')``."""
    if isinstance(value, str) and value in PEOPLE:
        return Role(value)
    raise Refused("role_missing")


def read_scope(role: Role, value: object) -> Scope:
    """Return the scope that was chosen; a role without one has none, whatever was chosen before."""
    if role not in SCOPED or not isinstance(value, list) or len(value) > _MOST_KEYS:
        return Scope()
    keys = tuple(read_text(each) for each in value)
    return Scope(units=keys) if role is Role.UNIT else Scope(areas=keys)


def read_text(value: object) -> str:
    """Return a line of text; raises ``Refused('text_too_long')``."""
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > _LONGEST_TEXT:
        raise Refused("text_too_long", most=_LONGEST_TEXT)
    return "".join(letter for letter in text if letter.isprintable())


def read_password(value: object) -> str:
    """Return a password as it was typed, or a new one where none was."""
    return value if isinstance(value, str) and value else make_password()


def make_password() -> str:
    """Return a password to be read out once: 16 letters, 79 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
