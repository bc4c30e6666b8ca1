"""Legends as data: what a colour or stroke means, in which unit, and how the classes were cut."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Swatch(StrEnum):
    """How the sample of a legend's entry is drawn."""

    FILL = "fill"
    MANY = "many"
    HATCH = "hatch"
    FALLING = "falling"
    DASHED = "dashed"
    DOTTED = "dotted"
    OUTLINED = "outlined"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One meaning; ``colour`` is any CSS colour, ``count`` how many areas or units have it, if told."""

    swatch: Swatch
    colour: str
    text: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class RampLegend:
    """A continuous ramp: CSS colours at even distances and numbers at the same."""

    colours: tuple[str, ...]
    ticks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend of one layer: title with unit, entries or a ramp, and a note on the method."""

    title: str
    entries: tuple[LegendEntry, ...] = ()
    ramp: RampLegend | None = None
    note: str = ""
