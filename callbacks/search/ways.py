"""Which kinds of things a role finds, and where each leads: to the page of that thing that the role has."""

from __future__ import annotations

from urllib.parse import urlencode

from callbacks.access.screens import Screen, may_open
from callbacks.hotspots.asked import PAGE_PATH as HOTSPOTS_PATH
from callbacks.matters.asked import Asked as RegisterAsked
from callbacks.service.asked import Asked as ServiceAsked
from callbacks.units.asked import card_path
from callbacks.wall.state import Card, CardKind, Layer, WallState, write_query
from grid.areas import Level
from grid.finding import Found, Kind
from grid.principals import Role

_SHOWING: dict[Kind, tuple[Screen, ...]] = {
    Kind.MATTER: (Screen.MATTERS,),
    Kind.AREA: (Screen.HOTSPOTS, Screen.MATTERS, Screen.SERVICE),
    Kind.UNIT: (Screen.UNITS,),
    Kind.LEADER: (Screen.CARDS, Screen.PLAN),
}
"""The screens that show a thing of a kind, the one that says most of it first."""


def kinds_of(role: Role) -> frozenset[Kind]:
    """Return the kinds of which a role can be led to something."""
    return frozenset(kind for kind in _SHOWING if _screen_of(kind, role) is not None)


def way_to(found: Found, role: Role) -> str | None:
    """Return the address of what was found, none where the role has no page of it."""
    if found.kind is Kind.SCREEN:
        return found.key
    screen = _screen_of(found.kind, role)
    if screen is None:
        return None
    if found.kind is Kind.MATTER:
        return RegisterAsked(number=found.key).address()
    if found.kind is Kind.UNIT:
        return card_path(found.key)
    return _way_to_leader(found, screen) if found.kind is Kind.LEADER else _way_to_area(found, screen)


def _screen_of(kind: Kind, role: Role) -> Screen | None:
    return next((one for one in _SHOWING[kind] if may_open(role, one)), None)


def _way_to_leader(found: Found, screen: Screen) -> str:
    if screen is Screen.PLAN:
        return Screen.PLAN.path
    card = Card(CardKind.LEADER, int(found.key))
    return Screen.WALL.path + write_query(WallState(layers=(Layer.COVERAGE,), card=card))


def _way_to_area(found: Found, screen: Screen) -> str | None:
    level, area = Level(found.level), int(found.key)
    if screen is Screen.HOTSPOTS:
        return f"{HOTSPOTS_PATH}?{urlencode({'level': level.value, 'chosen': area})}"
    if screen is Screen.MATTERS:
        return None if level is Level.GRID else RegisterAsked(area=area).address()
    if level is Level.COUNTY:
        return ServiceAsked(county=area).address()
    return ServiceAsked(town=area).address() if level is Level.TOWN else None
