"""Ids and addresses of the grid worker's patch; the whole state of the screen is its address."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlencode

PATH = "/patch"
MAP_PATH = f"{PATH}/map"
PLACE_PATH = f"{PATH}/place"
"""Addresses of Dash's pages, which load a map; the lists at ``PATH`` load none."""


class Id(StrEnum):
    """Components with one place."""

    ROOT = "patch-root"
    MAP = "patch-map"
    PLACE = "patch-place"
    PLACE_MAP = "patch-place-map"
    MATTER = "patch-matter"
    """Store: the matter whose place is checked."""
    ASKED = "patch-asked"
    """Store: what the worker says of it."""
    SAID = "patch-said"
    HINT = "patch-hint"


class Tab(StrEnum):
    """The tabs at the foot of the screen; each is an address, so that the phone's back button closes it."""

    MATTERS = "matters"
    MAP = "map"
    SERVICE = "service"
    ME = "me"


class PlaceAct(StrEnum):
    """What a tap says of a matter's place (``assets/patch.js``): ``data-place``."""

    RIGHT = "right"
    ELSEWHERE = "elsewhere"
    MOVE = "move"
    """Begins to move it; ``save`` says where to."""
    DEVICE = "device"
    SAVE = "save"
    BACK = "back"


def address(
    grid_id: int | None = None,
    *,
    tab: Tab = Tab.MATTERS,
    clock: str | None = None,
    choose: bool = False,
    matter: int | None = None,
) -> str:
    """Return the address of a state; what is at its default is left out.

    ``choose`` asks for the worker's grids to choose from.
    """
    path = PLACE_PATH if matter is not None else MAP_PATH if tab is Tab.MAP else PATH
    parts = {
        "grid": None if grid_id is None else str(grid_id),
        "tab": None if tab in {Tab.MATTERS, Tab.MAP} else tab.value,
        "clock": clock,
        "choose": "1" if choose else None,
        "matter": None if matter is None else str(matter),
    }
    query = urlencode({name: value for name, value in parts.items() if value is not None})
    return f"{path}?{query}" if query else path
