"""Principals: on whose behalf something is read or written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a principal is to the system; the rights themselves are enforced by the database."""

    LEADER = "leader"
    BUREAU = "bureau"
    CLERK = "clerk"
    PLANNER = "planner"
    APPROVER = "approver"
    WORKER = "worker"
    TOWN = "town"
    UNIT = "unit"
    AUDITOR = "auditor"
    KIOSK = "kiosk"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an opaque id and a role.

    ``token`` is the session's secret, by which the database knows whose rows these are; none for what the
    program does on its own. ``label`` is the account's sign-in name, for its holder's eyes.
    """

    id: str
    role: Role
    token: str | None = field(default=None, repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a sign-in gives: the principal with its new token, and when the session ends (UTC)."""

    principal: Principal
    expires_at: datetime


COMMAND_LINE = Principal("command-line", Role.ADMIN)
BACKGROUND = Principal("background", Role.ADMIN)
"""What the worker does on its own."""
WALL = Principal("wall", Role.KIOSK)
PATCH = Principal("patch", Role.WORKER)
PLANNER = Principal("planner", Role.PLANNER)
CLERK = Principal("clerk", Role.CLERK)
