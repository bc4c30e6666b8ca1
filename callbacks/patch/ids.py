"""Ids and addresses of the grid worker's patch; the whole state of the screen is its address."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlencode


class Id(StrEnum):
    """Components with one place."""

    ROOT = "patch-root"
    MAP = "patch-map"


class Tab(StrEnum):
    """The tabs at the foot of the screen; each is an address, so that the phone's back button closes it."""

    MATTERS = "matters"
    MAP = "map"
    SERVICE = "service"
    ME = "me"


def address(
    grid_id: int | None = None, *, tab: Tab = Tab.MATTERS, clock: str | None = None, choose: bool = False
) -> str:
    """Return the address of a state; what is at its default is left out.

    ``choose`` asks for the worker's grids to choose from.
    """
    parts = {
        "grid": None if grid_id is None else str(grid_id),
        "tab": None if tab is Tab.MATTERS else tab.value,
        "clock": clock,
        "choose": "1" if choose else None,
    }
    query = urlencode({name: value for name, value in parts.items() if value is not None})
    return f"/patch?{query}" if query else "/patch"
