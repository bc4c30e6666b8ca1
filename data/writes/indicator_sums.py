"""Keeping the sums of indicators by unit and month: made over all matters, of every version, as of today.

They are stale on a new day, with another program and after a change of a matter: then only the units of
changed matters are looked at. What was made anew is compared with what is there, and only what differs is
written.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Select, cast, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from data import models
from data.processes import program_digest
from data.reads.indicator_rules import Rule, base, members_of, rule_of, successes_of
from data.reads.indicator_sums import NAME
from data.reads.indicator_tallies import ByUnit, Condition, Count, count_matters
from data.reads.matters import months_of, petition
from data.writes.copying import analyze, copy_rows
from data.writes.deriving import Derived
from grid.indicators.definitions import DEFINITIONS, Definition
from grid.indicators.figures import Period

_COLUMNS = [column.name for column in models.IndicatorSum.__table__.columns]
_KEY = ", ".join(_COLUMNS[:4])
_FEW_UNITS = 40
"""Units made anew by themselves after a change; of more all are."""
Row = tuple[int, date, str, int, int, int]
"""Unit, month, indicator, version, numerator and denominator."""


def _digest(session: Session) -> str:
    return _program()


@cache
def _program() -> str:
    told = program_digest(Path(__file__).parents[2]) + repr(DEFINITIONS)
    return hashlib.sha256(told.encode()).hexdigest()


def _make(session: Session, as_of: date, former: int | None) -> None:
    if former is None or not _make_some(session, as_of, former):
        _keep(session, as_of, None)


def _make_some(session: Session, as_of: date, former: int) -> bool:
    """Make the sums of units with changed matters anew; tell whether those of the others are right still.

    A unit that only lost matters has none that changed. Its sums then tell too many, and so do all together.
    """
    changed = select(petition.unit_id).where(petition.changed >= former, petition.unit_id.is_not(None))
    units = session.scalars(changed.distinct().limit(_FEW_UNITS + 1)).all()
    if len(units) > _FEW_UNITS:
        return False
    _keep(session, as_of, [unit for unit in units if unit is not None])
    one = models.IndicatorSum
    matters = select(func.sum(one.denominator)).where(one.indicator == "repeated", one.version == 2)
    counted = select(func.count()).where(
        base(), petition.unit_id.is_not(None), petition.registered_on <= as_of
    )
    return (session.scalar(matters) or 0) == session.scalar(counted)


def _keep(session: Session, as_of: date, units: Collection[int] | None) -> None:
    """Write the rows that are not there yet and drop those that no longer are, of some units or of all."""
    of_units = () if units is None else (petition.unit_id.in_(units),)
    rows = {*_flows(session, as_of, of_units), *_stocks(session, as_of, of_units)}
    stored = select(*models.IndicatorSum.__table__.columns)
    if units is not None:
        stored = stored.where(models.IndicatorSum.unit_id.in_(units))
    there = {tuple(row) for row in session.execute(stored)}
    if gone := there - rows:
        keys = {f"k{place}": list(column) for place, column in enumerate(list(zip(*gone, strict=True))[:4])}
        session.execute(text(_DROP), keys)
    if new := rows - there:
        # By month, as they are read.
        copy_rows(session, models.IndicatorSum.__tablename__, _COLUMNS, sorted(new, key=itemgetter(1)))
    if len(gone) + len(new) > len(there) // 10:
        analyze(session, models.IndicatorSum.__tablename__)


_DROP = (
    f"DELETE FROM indicator_sum WHERE ({_KEY}) IN (SELECT * FROM unnest("  # noqa: S608
    "cast(:k0 AS bigint[]), cast(:k1 AS date[]), cast(:k2 AS text[]), cast(:k3 AS integer[])))"
)


def _flows(session: Session, as_of: date, of_units: Sequence[Condition]) -> Iterator[Row]:
    """Yield the sums of what belongs to a month, one statement for the indicators of each cohort's day."""
    rules = [rule_of(each, as_of) for each in DEFINITIONS if not each.is_stock]
    rules.sort(key=lambda rule: rule.clock)
    for _, group in groupby(rules, key=lambda rule: rule.clock):
        alike = list(group)
        for unit_id, month, *numbers in session.execute(_select_months(alike, as_of).where(*of_units)):
            yield from _rows(unit_id, month, [rule.definition for rule in alike], numbers)


def _rows(unit_id: int, month: date, definitions: Iterable[Definition], numbers: list[int]) -> Iterator[Row]:
    pairs = zip(definitions, numbers[::2], numbers[1::2], strict=True)
    for each, numerator, denominator in pairs:
        if denominator:
            yield unit_id, month, each.code, each.version, numerator, denominator


def _select_months(rules: list[Rule], as_of: date) -> Select[*tuple[Any, ...]]:
    """Return the sums of rules with the same day, by unit and month of it."""
    day = rules[0].day
    sums = []
    for rule in rules:
        met, counted = func.sum(successes_of(rule)), func.sum(members_of(rule))
        sums += [func.coalesce(one.filter(rule.member), 0) for one in (met, counted)]
    return (
        select(petition.unit_id, cast(func.date_trunc("month", day), Date).label("month"), *sums)
        .where(base(), petition.unit_id.is_not(None), day <= as_of)
        .group_by(petition.unit_id, "month")
    )


def _stocks(session: Session, as_of: date, of_units: Sequence[Condition]) -> Iterator[Row]:
    """Yield what there was at the end of each month since anything was handed over."""
    stocks = tuple(each for each in DEFINITIONS if each.is_stock)
    first = session.scalar(
        select(func.min(rule_of(stocks[0], as_of).day)).where(petition.backlog_tier.is_not(None), *of_units)
    )
    months = months_of(first, as_of) if first is not None and first <= as_of else []
    periods = tuple(Period(month, min(_month_end(month), as_of)) for month in months)
    found: tuple[ByUnit, ...] = count_matters(session, Count(stocks, periods, as_of), of_units, by_unit=True)
    for month, by_unit in zip(months, found, strict=True):
        for unit_id, tallies in by_unit.items():
            for (code, version), tally in tallies.items():
                assert unit_id is not None  # noqa: S101  counted by unit
                yield unit_id, month, code, version, tally.numerator, tally.denominator


def _month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


SUMS = Derived(NAME, _digest, _make)
"""The sums of indicators by unit and month."""
