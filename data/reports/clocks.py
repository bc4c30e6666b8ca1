"""The section of clocks (时限): what is overdue and falls due within 3 and 7 days, by area and by unit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.models import Area, Unit
from data.reads import clocks as clock_reads
from data.reports.asked import REPORT_LEVELS, Asked, Row
from grid.clocks.counts import ClockCounts
from grid.reports.content import Column, ColumnKind, Section, Table
from grid.reports.templates import SectionKind

MOST_UNITS = 30
_COUNTS = ("open", "overdue", "due_in_3", "due_in_7", "paused")
_NONE = ClockCounts(None, None, 0, 0, 0, 0, 0, 0)


def clocks(session: Session, asked: Asked) -> Section:
    """Return matters with open clocks by area and, of units with any late or soon due, the latest first.

    Clocks are known as of today alone, whatever period a report is of: its words say so.
    """
    on = asked.city.today
    city = next(iter(clock_reads.clock_counts(session, on)), _NONE)
    by_area = {one.area_id: one for one in clock_reads.clock_counts(session, on, asked.level)}
    rows: list[Row] = [("", asked.words("whole_city"), *_counts(city))]
    rows += [(number, area.name, *_counts(by_area.get(area.id, _NONE))) for number, area in asked.names()]
    columns = (asked.column("number", width=0.6), asked.column("area", ColumnKind.TEXT, width=1.8))
    areas = Table(
        "clocks_area", asked.words("table.clocks_area"), (*columns, *_columns(asked)), tuple(rows), 1
    )
    facts = {name: getattr(city, name) for name in _COUNTS[:4]}
    told = [asked.words("clocks.told", until=on.isoformat(), **facts)]
    if city.provisional:
        told.append(asked.words("clocks.provisional", count=city.provisional))
    title = asked.words("section.clocks")
    return Section(SectionKind.CLOCKS, title, tuple(told), (areas, _units(session, asked)))


def _units(session: Session, asked: Asked) -> Table:
    names: dict[int | None, str] = dict(session.execute(_named_units()).all())
    pressed = _pressed(clock_reads.clock_counts_by_unit(session, asked.city.today), names)
    return Table(
        "clocks_unit",
        asked.words("table.clocks_unit"),
        (asked.column("unit_name", ColumnKind.TEXT, width=2.0), *_columns(asked)),
        tuple((names[one.unit_id], *_counts(one)) for one in pressed),
        notes=(asked.words("clocks.more_units", most=MOST_UNITS),),
    )


def _pressed(found: Iterable[ClockCounts], names: dict[int | None, str]) -> list[ClockCounts]:
    """Return the units with anything overdue or soon due, most overdue first."""
    pressed = [one for one in found if one.unit_id in names and (one.overdue or one.due_in_7)]
    return sorted(pressed, key=lambda one: (-one.overdue, -one.due_in_7, names[one.unit_id]))[:MOST_UNITS]


def _named_units() -> Select[int, str]:
    """Return the statement of names of departments, and of units of townships and above."""
    levels = [level.value for level in REPORT_LEVELS]
    return (
        select(Unit.id, Unit.name)
        .outerjoin(Area, Area.id == Unit.area_id)
        .where(Unit.area_id.is_(None) | Area.level.in_(levels))
    )


def _columns(asked: Asked) -> tuple[Column, ...]:
    return tuple(asked.column(name) for name in _COUNTS)


def _counts(one: ClockCounts) -> Row:
    return tuple(getattr(one, name) for name in _COUNTS)
