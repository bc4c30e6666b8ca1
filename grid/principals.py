"""Principals: on whose behalf something is read or written."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Who asks: an opaque id and a role; never a person's name."""

    id: str
    role: Role


COMMAND_LINE = Principal("command-line", Role.ADMIN)
WALL = Principal("wall", Role.KIOSK)
PATCH = Principal("patch", Role.WORKER)
PLANNER = Principal("planner", Role.PLANNER)
CLERK = Principal("clerk", Role.CLERK)
