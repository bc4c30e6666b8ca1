"""Figures: an indicator's numerator and denominator over a period, and what may be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.areas import Level
from grid.matters import Category


class Standing(StrEnum):
    """How a figure stands against its target."""

    MET = "met"
    MISSED = "missed"
    TOO_FEW = "too_few"
    """Fewer than the minimum n: nothing is said and nothing ranked."""
    NO_TARGET = "no_target"
    NO_DATA = "no_data"
    """The denominator is 0, or the source gives no days to tell it by."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whole days, both included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator by one version of its definition: ``numerator`` of ``denominator`` (the n).

    ``previous`` is 环比 (the period of the same length just before) and ``year_before`` 同比, as rates; none
    where there is none or where boundaries changed in between (``is_broken``).
    """

    indicator: str
    version: int
    numerator: int
    denominator: int
    standing: Standing
    interval: tuple[float, float] | None
    """Wilson's 95 % interval of the rate; none without a denominator."""
    target: float | None = None
    previous: float | None = None
    year_before: float | None = None
    is_broken: bool = False

    @property
    def rate(self) -> float | None:
        """The rate, none where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures: a unit, an area or a leader. ``code`` is the address part (``/units/<code>``).

    A unit of an area has the area's code, a department ``d<id>``.
    """

    unit_id: int | None
    area_id: int | None
    leader_id: int | None
    name: str
    code: str
    level: Level | None
    """None for a department and a leader."""


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """What is asked: a period, of whom, of which matters. ``versions`` overrides definitions in force."""

    period: Period
    as_of: date
    """Cohorts reach to this day: what is due later is not counted yet."""
    level: Level | None = None
    """Units of one level only; none for all."""
    category: Category | None = None
    within: int | None = None
    """Units inside one area."""
    versions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """All indicators of one subject, in the registry's order."""

    subject: Subject
    figures: tuple[Figure, ...]

    def figure(self, indicator: str) -> Figure | None:
        """Return the figure of one indicator, none where it was not asked for."""
        return next((one for one in self.figures if one.indicator == indicator), None)
