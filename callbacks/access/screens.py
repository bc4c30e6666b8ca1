"""Which role may open which screen: plain data, for menus, homes and the guard alike.

The rights themselves are enforced by the database; here is decided only what is offered and answered at all.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import dash

from grid.principals import Role


class Screen(StrEnum):
    """Screens by the first part of their address; ``CARDS`` is a part of the wall and has none."""

    WALL = "wall"
    CARDS = "cards"
    BRIEF = "brief"
    HOTSPOTS = "hotspots"
    UNITS = "units"
    SUPERVISION = "supervision"
    PLAN = "plan"
    IMPORTS = "imports"
    REVIEW = "review"
    SERVICE = "service"
    SITING = "siting"
    PATCH = "patch"
    MATTERS = "matters"
    TOUR = "tour"
    AUDIT = "audit"
    ADMIN = "admin"

    @property
    def path(self) -> str:
        """The screen's address."""
        return f"/{self.value}"


EVERY_ROLE = frozenset(Role)
PEOPLE = EVERY_ROLE - {Role.KIOSK}
"""Roles of accounts that a person signs in to."""

_WHOLE_CITY = frozenset({Role.LEADER, Role.BUREAU, Role.APPROVER})
ROLES: dict[Screen, frozenset[Role]] = {
    Screen.WALL: _WHOLE_CITY | {Role.KIOSK},
    Screen.CARDS: _WHOLE_CITY,
    Screen.BRIEF: _WHOLE_CITY,
    Screen.HOTSPOTS: _WHOLE_CITY,
    Screen.MATTERS: frozenset({Role.BUREAU, Role.TOWN, Role.UNIT}),
    Screen.UNITS: _WHOLE_CITY | {Role.TOWN, Role.UNIT},
    Screen.SUPERVISION: _WHOLE_CITY | {Role.TOWN, Role.UNIT},
    Screen.PLAN: frozenset({Role.PLANNER, Role.APPROVER}),
    Screen.IMPORTS: frozenset({Role.CLERK}),
    Screen.REVIEW: frozenset({Role.CLERK, Role.BUREAU}),
    Screen.SERVICE: _WHOLE_CITY | {Role.PLANNER, Role.CLERK},
    Screen.SITING: _WHOLE_CITY | {Role.PLANNER},
    Screen.PATCH: frozenset({Role.WORKER}),
    Screen.TOUR: frozenset({Role.BUREAU}),
    Screen.AUDIT: frozenset({Role.AUDITOR}),
    Screen.ADMIN: frozenset({Role.ADMIN}),
}
ACCOUNT_PATH = "/password"
"""Where everyone with an account may go: the home of those whose screens are not installed."""


def may_open(role: Role, screen: Screen | None) -> bool:
    """Return whether a role may open a screen; nobody may open none."""
    return screen is not None and role in ROLES[screen]


def screens_of(role: Role, shown: Collection[Screen]) -> list[Screen]:
    """Return which of the screens shown by this installation a role may open, the wall first."""
    return [one for one in ROLES if one in shown and one is not Screen.CARDS and may_open(role, one)]


def home_of(role: Role, shown: Collection[Screen]) -> str:
    """Return the address at which a role begins."""
    mine = screens_of(role, shown)
    return mine[0].path if mine else ACCOUNT_PATH


_WITH_PARTS = frozenset({Screen.UNITS})
"""Screens that have a page of one part below their own: ``/units/<code>``."""
_PARTS = {Screen.PATCH: frozenset({"map", "place"})}
"""Screens that have pages of these names below their own: ``/patch/map``."""


def screen_at(path: str) -> Screen | None:
    """Return the screen at an address as Dash's pages find it, none for any other."""
    name, _, part = path.strip("/").partition("/")
    if name not in set(Screen) - {Screen.CARDS}:
        return None
    screen = Screen(name)
    has_page = not part or (screen in _WITH_PARTS and "/" not in part) or part in _PARTS.get(screen, ())
    return screen if has_page else None


def shown_screens() -> frozenset[Screen]:
    """Return the screens that this installation has pages for."""
    found = (screen_at(page["path"]) for page in dash.page_registry.values())
    return frozenset(screen for screen in found if screen is not None)
