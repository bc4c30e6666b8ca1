"""The wall's state: what its address and its controls say, read without trusting either."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from grid.areas import AreaKind, Level
from grid.listings import Quarter
from grid.matters import Category, Channel
from grid.ports import WallReads
from grid.questions import AreaCounts, City, MatterQuestion
from grid.refusals import Refused
from layers.map_counts import Basis

ALL = "all"
TREND_MONTHS = 24
COUNT_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)
"""Levels that counts are shown by."""
_LARGEST_ID = 2**63 - 1

Member = TypeVar("Member", bound=StrEnum)


class Layer(StrEnum):
    """Layers of the map, the one that leads first."""

    LISTING = "listing"
    COVERAGE = "coverage"
    COUNTS = "counts"
    DENSITY = "density"


class Period(StrEnum):
    """Periods on offer."""

    D30 = "d30"
    D90 = "d90"
    M12 = "m12"
    M24 = "m24"


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
    period: Period = Period.D90
    category: Category | None = None
    channel: Channel | None = None
    level: Level = Level.TOWN
    basis: Basis = Basis.COUNT
    quarter: Quarter | None = None
    focus: Layer | None = None
    card: Card | None = None

    @property
    def scene(self) -> Layer:
        """The layer that leads: the list chosen, else the first that is on."""
        if self.focus in self.layers:
            return self.focus or Layer.DENSITY
        return self.layers[0] if self.layers else Layer.DENSITY


def read_state(raw: dict[str, object]) -> WallState:
    """Return the state of any values at all; what is unknown falls back to the default, one by one."""
    level = _member(Level, raw.get("level"))
    return WallState(
        layers=_layers(raw.get("layers")),
        period=_member(Period, raw.get("period")) or Period.D90,
        category=_member(Category, raw.get("category")),
        channel=_member(Channel, raw.get("channel")),
        level=level if level in COUNT_LEVELS else Level.TOWN,
        basis=_member(Basis, raw.get("basis")) or Basis.COUNT,
        quarter=_quarter(raw.get("quarter")),
        focus=_member(Layer, raw.get("focus")),
        card=read_card(raw.get("card")),
    )


def read_card(raw: object) -> Card | None:
    """Return the card that a text names, or none."""
    match = re.fullmatch(r"(area|leader)-([0-9]{1,19})", raw) if isinstance(raw, str) else None
    if match is None or not 0 < int(match.group(2)) <= _LARGEST_ID:
        return None
    return Card(CardKind(match.group(1)), int(match.group(2)))


def write_query(state: WallState) -> str:
    """Return the query string of a state; ``read_state`` reads it back."""
    pairs = {
        "layers": ",".join(state.layers),
        "period": state.period,
        "category": state.category,
        "channel": state.channel,
        "level": state.level,
        "basis": state.basis,
        "quarter": state.quarter,
        "focus": state.focus,
        "card": state.card,
    }
    return "?" + urlencode({key: str(value) for key, value in pairs.items() if value is not None}, safe=",")


def shown_level(wanted: Level, city: City) -> Level:
    """Return the level, or the nearest wider one that has boundaries; the level itself where none has."""
    level: Level | None = wanted
    while level is not None and level not in city.editions:
        level = level.parent
    return level if level in COUNT_LEVELS else wanted


def counts_at(state: WallState, level: Level, reads: WallReads, city: City) -> AreaCounts:
    """Return the counts of the state's period by the regular areas of a level.

    Functional areas overlap the counties: counted beside them, a matter would count twice.
    """
    counts = reads.counts(level, ask(state, city.today))
    regular = tuple(row for row in counts.rows if row.area.kind is AreaKind.REGULAR)
    return replace(counts, rows=regular)


def ask(state: WallState, today: date) -> MatterQuestion:
    """Return the question about matters of the state's period, which ends today."""
    return MatterQuestion(_since(state.period, today), today, state.category, state.channel)


def ask_trend(state: WallState, today: date) -> MatterQuestion:
    """Return the same question over the months of the trend."""
    return MatterQuestion(_since(Period.M24, today), today, state.category, state.channel)


def period_starts(today: date) -> frozenset[date]:
    """Return the first days of all periods on offer."""
    return frozenset(_since(period, today) for period in Period)


def _since(period: Period, today: date) -> date:
    if period is Period.M24:
        months = today.year * 12 + today.month - TREND_MONTHS
        return date(months // 12, months % 12 + 1, 1)
    days = {Period.D30: 30, Period.D90: 90, Period.M12: 365}[period]
    return today - timedelta(days=days - 1)


def _layers(raw: object) -> tuple[Layer, ...]:
    if raw is None:
        return WallState().layers
    named = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(named, list | tuple):
        return WallState().layers
    chosen = {_member(Layer, one) for one in named}
    known = tuple(layer for layer in Layer if layer in chosen)
    return known if known or not any(named) else WallState().layers


def _quarter(raw: object) -> Quarter | None:
    try:
        return Quarter.parse(raw) if isinstance(raw, str) else None
    except Refused:
        return None


def _member(kind: type[Member], raw: object) -> Member | None:
    return kind(raw) if isinstance(raw, str) and raw in set(kind) else None
