"""What every section of a report is given: the period, the city, its areas, the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from data.reads import city, figures
from grid.areas import Area, AreaKind, Level
from grid.indicators.figures import Period
from grid.questions import City, DataVersion, MatterQuestion
from grid.refusals import Refused
from grid.reports.content import Cell, Column, ColumnKind
from grid.reports.periods import ReportPeriod, check_begun, last_day

REPORT_LEVELS = (Level.COUNTY, Level.TOWN)
"""Reports leave the house: nothing below township level is in them, so that no small cell can be."""
Say = Callable[..., str]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One report to be made. ``areas`` are those of ``level``, the widest level below the city's, by id."""

    report: ReportPeriod
    until: date
    """The last day counted: the period's, or today while it runs."""
    city: City
    version: DataVersion
    first: date
    """The day of the first matter: nothing is compared with a period that begins earlier."""
    level: Level
    areas: Mapping[int, Area]
    say: Say

    @property
    def period(self) -> Period:
        """The days counted."""
        return Period(self.report.period.since, self.until)

    @property
    def question(self) -> MatterQuestion:
        """The question that the screens ask of the same days."""
        return MatterQuestion(self.period.since, self.period.until)

    @property
    def before(self) -> Period:
        """The days that are compared with (环比): as many, just before; as the screens have it."""
        length = self.until - self.period.since + timedelta(days=1)
        return Period(self.period.since - length, self.until - length)

    @property
    def is_running(self) -> bool:
        """Whether the period is not over yet."""
        return self.until < self.report.period.until

    def words(self, key: str, /, **facts: object) -> str:
        """Return words of a report by the part of their key after ``reports.``."""
        return self.say(f"reports.{key}", **facts)

    def column(
        self, key: str, kind: ColumnKind = ColumnKind.COUNT, *, width: float = 1.0, group: str = ""
    ) -> Column:
        """Return a column with its title."""
        return Column(key, self.words(f"column.{key}"), kind, group, width)

    def names(self) -> list[tuple[int, Area]]:
        """Return the regular areas numbered by their code: the same numbers in every table and on the map."""
        regular = [area for area in self.areas.values() if area.kind is AreaKind.REGULAR]
        return list(enumerate(sorted(regular, key=lambda one: one.code), start=1))


Row = tuple[Cell, ...]


def ask(session: Session, report: ReportPeriod, say: Say) -> Asked:
    """Return what a report's sections need.

    Raises ``Refused``: ``report_future``, ``report_too_early`` before the first matter's day, and
    ``report_nothing`` where nothing is imported.
    """
    known = city.city(session)
    check_begun(report, known.today)
    level = next((one for one in REPORT_LEVELS if one in known.editions), None)
    first = figures.first_registered(session)
    if level is None or first is None:
        raise Refused("report_nothing")
    if report.period.until < first:
        raise Refused("report_too_early", period=report.code, first=first.isoformat())
    areas = {area.id: area for area in city.areas(session, level)}
    return Asked(
        report, last_day(report, known.today), known, city.version(session), first, level, areas, say
    )
