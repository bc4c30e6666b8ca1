"""What an address of the hotspot screen asks for, and the address of what is asked: nothing in it is trusted.

An unreadable part falls back to its default and is named, so that nobody takes one picture for another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypedDict, TypeVar
from urllib.parse import urlencode

from grid.areas import PLACED_LEVELS, Level
from grid.hotspots.questions import COUNT_UNITS, Dimension, MatterFilter, Step
from grid.ids import LARGEST_ID
from grid.matters import Category, Channel, Purpose, Stage
from grid.measures import MeasureUnit
from grid.questions import LONGEST_PERIOD_DAYS
from layers.hotspot_charts import ChartStep
from layers.hotspot_paint import Paint

PAGE_PATH, EXPORT_PATH, DENSITY_PATH = "/hotspots", "/hotspots/export", "/hotspots/density.png"
FIRST_DAYS = 365
"""Days of the period that is shown before anybody chose one: with today a year."""
PURPOSES = (Purpose.CLAIM, Purpose.SUGGESTION)
"""Accusations are never counted here, and so are not offered."""
MOST_AREAS = 12
_LONGEST = 600
Member = TypeVar("Member", bound=StrEnum)
Value = TypeVar("Value")


class Over(StrEnum):
    """What can be laid over the areas."""

    DENSITY = "density"
    SITES = "sites"


class Per(StrEnum):
    """What a density is of: of land, or of those who live there."""

    KM2 = "km2"
    RESIDENTS = "residents"


class Bandwidth(StrEnum):
    """How wide a density is smoothed: as the city's size says, by so many metres, or by how dense it is."""

    AUTO = "auto"
    ADAPTIVE = "adaptive"
    M500 = "500"
    M1000 = "1000"
    M2000 = "2000"
    M5000 = "5000"

    @property
    def metres(self) -> float | None:
        """The bandwidth in metres, none where the city says it."""
        return float(self.value) if self.value.isdigit() else None


class Smoothed(TypedDict):
    """How a density is smoothed, as the desk is asked for it."""

    bandwidth_m: float | None
    adaptive: bool
    per_residents: bool


@dataclass(frozen=True, slots=True)
class State:
    """Everything that can be chosen; an empty set means all."""

    since: date
    until: date
    level: Level = Level.TOWN
    paint: Paint = Paint.COUNT
    over: frozenset[Over] = frozenset()
    per: Per = Per.KM2
    bandwidth: Bandwidth = Bandwidth.AUTO
    category: frozenset[Category] = frozenset()
    channel: frozenset[Channel] = frozenset()
    purpose: frozenset[Purpose] = frozenset()
    stage: frozenset[Stage] = frozenset()
    area: frozenset[int] = frozenset()
    leader: int | None = None
    unit: MeasureUnit = MeasureUnit.MATTERS
    step: ChartStep = ChartStep.AUTO
    by: Dimension = Dimension.CATEGORY
    play: Step = Step.MONTH
    at: date | None = None
    """The first day of the picture of the playback that is shown, none where it is not open."""
    chosen: int | None = None

    def matters(self, within: frozenset[int]) -> MatterFilter:
        """Return which matters are counted; ``within`` are the areas chosen or those of the leader."""
        return MatterFilter(
            self.since,
            self.until,
            categories=self.category,
            channels=self.channel,
            purposes=self.purpose,
            stages=self.stage,
            within=within,
            unit=self.unit,
        )

    def pairs(self) -> dict[str, str]:
        """Return the state as an address says it, whole and always in one order; nothing for nothing."""
        found = {
            "level": self.level.value,
            "paint": self.paint.value,
            "over": _joined(self.over),
            "per": self.per.value,
            "bandwidth": self.bandwidth.value,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            **{name: _joined(getattr(self, name)) for name in ("category", "channel", "purpose", "stage")},
            "area": ",".join(str(one) for one in sorted(self.area)),
            "leader": str(self.leader) if self.leader else "",
            "unit": self.unit.value,
            "step": self.step.value,
            "by": self.by.value,
            "play": self.play.value,
            "at": self.at.isoformat() if self.at else "",
            "chosen": str(self.chosen) if self.chosen else "",
        }
        return {name: text for name, text in found.items() if text}

    @property
    def smoothed(self) -> Smoothed:
        """How the density that is chosen is smoothed."""
        return {
            "bandwidth_m": self.bandwidth.metres,
            "adaptive": self.bandwidth is Bandwidth.ADAPTIVE,
            "per_residents": self.per is Per.RESIDENTS,
        }

    @property
    def query(self) -> str:
        """The address after its question mark; ``read_state`` reads it back."""
        return urlencode(self.pairs(), safe=",")

    @property
    def charts(self) -> str:
        """What the charts depend on: the rest may change without them."""
        shown = replace(self, level=Level.TOWN, paint=Paint.COUNT, over=frozenset(), at=None, chosen=None)
        return replace(shown, play=Step.MONTH, per=Per.KM2, bandwidth=Bandwidth.AUTO).query


def read_state(raw: Mapping[str, object], today: date) -> tuple[State, tuple[str, ...]]:
    """Return the state of any values at all, and the names of the parts that could not be read."""
    ignored: list[str] = []

    def read(name: str, reader: Callable[[str], Value], default: Value) -> Value:
        text = raw.get(name)
        if text is None or text == "":
            return default
        try:
            return reader(_text(text))
        except ValueError:
            ignored.append(name)
            return default

    none: frozenset[int] = frozenset()
    state = State(
        since=read("since", date.fromisoformat, today - timedelta(days=FIRST_DAYS - 1)),
        until=read("until", date.fromisoformat, today),
        level=read("level", _level, Level.TOWN),
        paint=read("paint", Paint, Paint.COUNT),
        over=read("over", _members(Over, Over), frozenset()),
        per=read("per", Per, Per.KM2),
        bandwidth=read("bandwidth", Bandwidth, Bandwidth.AUTO),
        category=read("category", _members(Category, Category), frozenset()),
        channel=read("channel", _members(Channel, Channel), frozenset()),
        purpose=read("purpose", _members(Purpose, PURPOSES), frozenset()),
        stage=read("stage", _members(Stage, Stage), frozenset()),
        area=read("area", _ids, none),
        leader=read("leader", _id, None),
        unit=read("unit", _unit, MeasureUnit.MATTERS),
        step=read("step", ChartStep, ChartStep.AUTO),
        by=read("by", Dimension, Dimension.CATEGORY),
        play=read("play", Step, Step.MONTH),
        at=read("at", date.fromisoformat, None),
        chosen=read("chosen", _id, None),
    )
    return _sound(state, today, ignored), tuple(ignored)


def _sound(state: State, today: date, ignored: list[str]) -> State:
    """Return the state without what cannot be together, and note what was left out."""
    days = (state.until - state.since).days
    if not 0 <= days <= LONGEST_PERIOD_DAYS or state.since.year < 1990 or state.until.year > today.year + 1:
        ignored += [name for name in ("since", "until") if name not in ignored]
        state = replace(state, since=today - timedelta(days=FIRST_DAYS - 1), until=today)
    if state.area and state.leader:
        ignored.append("leader")
        state = replace(state, leader=None)
    return state


def _text(raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        raise ValueError("no text of an address")
    return raw


def _level(text: str) -> Level:
    level = Level(text)
    if level not in PLACED_LEVELS:
        raise ValueError("nothing is counted by city")
    return level


def _unit(text: str) -> MeasureUnit:
    unit = MeasureUnit(text)
    if unit not in COUNT_UNITS:
        raise ValueError("not a unit of count")
    return unit


def _members(kind: type[Member], offered: object) -> Callable[[str], frozenset[Member]]:
    known = frozenset(offered)  # type: ignore[call-overload]

    def read(text: str) -> frozenset[Member]:
        found = frozenset(kind(part) for part in text.split(","))
        if not found <= known:
            raise ValueError("not offered")
        # All of them is the same as none of them, and has one address.
        return frozenset() if found == known and kind is not Over else found

    return read


def _ids(text: str) -> frozenset[int]:
    found = frozenset(_id(part) for part in text.split(","))
    if len(found) > MOST_AREAS:
        raise ValueError("too many areas")
    return found


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or not 0 < int(text) <= LARGEST_ID:
        raise ValueError("no id")
    return int(text)


def _joined(members: frozenset[Member]) -> str:
    return ",".join(sorted(members))
