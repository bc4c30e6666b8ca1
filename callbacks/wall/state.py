"""The wall's state: what its address and its controls say, read without trusting either."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from callbacks.groups import Group, ask_group, read_group, write_group
from grid.areas import Level
from grid.ids import LARGEST_ID
from grid.listings import Quarter
from grid.matters import Category, Channel
from grid.principals import Principal, Role
from grid.published import TOWNSHIP, WallQuestion, Window
from grid.questions import City, MatterQuestion
from grid.refusals import Refused
from layers.map_counts import Basis

COUNT_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)
"""Levels that counts are shown by."""
CARD_ROLES = frozenset({Role.LEADER, Role.BUREAU, Role.APPROVER})
"""Who may open cards; an unattended wall never."""
_OLD_WINDOWS = {"d30": Window.M1, "d90": Window.M3}
"""What addresses said before windows were whole months."""
_PLAYING = "1"

Member = TypeVar("Member", bound=StrEnum)


class Layer(StrEnum):
    """Layers of the map, the one that leads first."""

    LISTING = "listing"
    COVERAGE = "coverage"
    COUNTS = "counts"
    DENSITY = "density"


class HotspotView(StrEnum):
    """How the hotspots are shown."""

    DENSITY = "density"
    RATE = "rate"
    SIGNIFICANCE = "significance"


class CardKind(StrEnum):
    """What a card is about."""

    AREA = "area"
    LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Card:
    """An open card, written ``area-12`` or ``leader-3``."""

    kind: CardKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True, slots=True)
class WallState:
    """Everything that a visitor can choose."""

    layers: tuple[Layer, ...] = (Layer.DENSITY,)
    view: HotspotView = HotspotView.DENSITY
    period: Window = Window.M3
    group: Group | None = None
    level: Level = Level.TOWN
    basis: Basis = Basis.COUNT
    quarter: Quarter | None = None
    focus: Layer | None = None
    card: Card | None = None
    month: date | None = None
    """First day of the month that the playback stands at, none where it is not used."""
    play: bool = False
    """Whether the months are playing."""
    spot: Card | None = None
    """The area, or the leader's areas, that the map is zoomed to: what is published, and no card."""

    @property
    def scene(self) -> Layer:
        """The layer that leads: the list chosen, else the first that is on."""
        if self.focus in self.layers:
            return self.focus or Layer.DENSITY
        return self.layers[0] if self.layers else Layer.DENSITY

    @property
    def hotspots_fill(self) -> bool:
        """Whether the hotspots colour areas, rather than lying over them."""
        return Layer.DENSITY in self.layers and self.view is not HotspotView.DENSITY

    @property
    def judged(self) -> bool:
        """Whether it is asked which areas stand out."""
        return self.hotspots_fill and self.view is HotspotView.SIGNIFICANCE

    @property
    def level_withheld(self) -> bool:
        """Whether the level chosen is finer than those at which the group chosen is published."""
        return self.group is not None and self.level not in TOWNSHIP


def drawn_state(state: WallState) -> WallState:
    """Return the state as it is drawn, where the hotspots colour areas: no two fills lie on each other.

    Hotspots by rate are the counts per resident. Significance takes the place of counts, and is judged by
    town where villages are chosen: some of their counts are hidden.
    """
    if not state.hotspots_fill:
        return state
    if state.view is HotspotView.RATE:
        led = Layer.COUNTS if state.scene is Layer.DENSITY else state.scene
        shown = {*state.layers, Layer.COUNTS} - {Layer.DENSITY}
        layers = tuple(layer for layer in Layer if layer in shown)
        return replace(state, layers=layers, basis=Basis.RATE, focus=led)
    level = state.level if state.level in TOWNSHIP else TOWNSHIP[-1]
    layers = tuple(layer for layer in state.layers if layer is not Layer.COUNTS)
    return replace(state, layers=layers, level=level)


def read_state(raw: dict[str, object]) -> WallState:
    """Return the state of any values at all; what is unknown falls back to the default, one by one."""
    level = _member(Level, raw.get("level"))
    return WallState(
        layers=_layers(raw.get("layers")),
        view=_member(HotspotView, raw.get("view")) or HotspotView.DENSITY,
        period=_window(raw.get("period")),
        group=_group(raw),
        level=level if level in COUNT_LEVELS else Level.TOWN,
        basis=_member(Basis, raw.get("basis")) or Basis.COUNT,
        quarter=_quarter(raw.get("quarter")),
        focus=_member(Layer, raw.get("focus")),
        card=read_card(raw.get("card")),
        month=_month(raw.get("month")),
        play=raw.get("play") in (True, _PLAYING),
        spot=read_card(raw.get("spot")),
    )


def read_card(raw: object) -> Card | None:
    """Return the card that a text names, or none."""
    match = re.fullmatch(r"(area|leader)-([0-9]{1,19})", raw) if isinstance(raw, str) else None
    if match is None or not 0 < int(match.group(2)) <= LARGEST_ID:
        return None
    return Card(CardKind(match.group(1)), int(match.group(2)))


def write_month(month: date | None) -> str | None:
    """Return a month as addresses have it, none for none."""
    return None if month is None else f"{month.year:04}-{month.month:02}"


def may_open_cards(principal: Principal) -> bool:
    """Return whether a principal may open the cards of areas and leaders."""
    return principal.role in CARD_ROLES


def write_query(state: WallState) -> str:
    """Return the query string of a state; ``read_state`` reads it back."""
    pairs = {
        "layers": ",".join(state.layers),
        "view": state.view,
        "period": state.period,
        "group": write_group(state.group),
        "level": state.level,
        "basis": state.basis,
        "quarter": state.quarter,
        "focus": state.focus,
        "card": state.card,
        "month": write_month(state.month),
        "play": _PLAYING if state.play else None,
        "spot": state.spot,
    }
    return "?" + urlencode({key: str(value) for key, value in pairs.items() if value is not None}, safe=",:")


def counted_level(state: WallState, city: City) -> Level:
    """Return the level that counts are shown by.

    It is the level chosen or, where that is not published for the group or has no boundaries, the nearest
    wider one that has; the level itself where none has.
    """
    return shown_level(TOWNSHIP[-1] if state.level_withheld else state.level, city)


def shown_level(wanted: Level, city: City) -> Level:
    """Return the level, or the nearest wider one that has boundaries; the level itself where none has."""
    level: Level | None = wanted
    while level is not None and level not in city.editions:
        level = level.parent
    return level if level in COUNT_LEVELS else wanted


def ask(state: WallState) -> WallQuestion:
    """Return the question of a state to the published products."""
    return ask_group(state.period, state.group)


def ask_for_card(state: WallState, day: date, *, window: Window | None = None) -> MatterQuestion:
    """Return the question behind a card: over the state's window, or another, that ends on ``day``."""
    asked = ask(state)
    return MatterQuestion((window or state.period).since(day), day, asked.category, asked.channel)


def _window(raw: object) -> Window:
    old = _OLD_WINDOWS.get(raw) if isinstance(raw, str) else None
    return _member(Window, raw) or old or Window.M3


def _group(raw: dict[str, object]) -> Group | None:
    """Return the group; an older address names a category or a channel apart, of which the first is kept."""
    if raw.get("group") is not None:
        return read_group(raw["group"])
    return _member(Category, raw.get("category")) or _member(Channel, raw.get("channel"))


def _layers(raw: object) -> tuple[Layer, ...]:
    if raw is None:
        return WallState().layers
    named = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(named, list | tuple):
        return WallState().layers
    chosen = {_member(Layer, one) for one in named}
    known = tuple(layer for layer in Layer if layer in chosen)
    return known if known or not any(named) else WallState().layers


def _month(raw: object) -> date | None:
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", raw) if isinstance(raw, str) else None
    if match is None or not int(match.group(1)):
        return None
    return date(int(match.group(1)), int(match.group(2)), 1)


def _quarter(raw: object) -> Quarter | None:
    try:
        return Quarter.parse(raw) if isinstance(raw, str) else None
    except Refused:
        return None


def _member(kind: type[Member], raw: object) -> Member | None:
    return kind(raw) if isinstance(raw, str) and raw in set(kind) else None
