"""Keeping the sums of indicators by unit and month: made over all matters, of every version, as of today.

They are stale on a new day, after a change of a matter and with another program. Made anew they are compared
with what is there, and only what differs is written.
"""

from __future__ import annotations

import hashlib
import logging
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from data import models
from data.processes import program_digest
from data.reads import city
from data.reads.indicator_rules import Rule, base, members_of, rule_of, successes_of
from data.reads.indicator_sums import NAME
from data.reads.indicator_tallies import ByUnit, Count, count_matters
from data.reads.matters import months_of, petition
from data.writes.copying import copy_rows
from grid.indicators.definitions import DEFINITIONS, Definition
from grid.indicators.figures import Period

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.indicator_sums'))"
_COLUMNS = [column.name for column in models.IndicatorSum.__table__.columns]
_KEY = ", ".join(_COLUMNS[:4])
_LOG = logging.getLogger("fengtu.indicator_sums")
Row = tuple[int, date, str, int, int, int]
"""Unit, month, indicator, version, numerator and denominator."""


def sum_if_stale(engine: Engine) -> bool:
    """Make the sums anew where they are stale; tell whether that was so."""
    with engine.connect() as connection, Session(connection) as session:
        if not _is_stale(session):
            return False
    with engine.begin() as alone:
        # A connection of its own: what is summed up must begin after the lock is held.
        alone.execute(text(_ONE_AT_A_TIME))
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(snapshot) as session, session.begin():
            if stale := _is_stale(session):
                _make(session)
    return stale


def try_to_sum(engine: Engine) -> bool:
    """Make the sums anew where stale, but only log what goes wrong; tell whether they were made."""
    try:
        return sum_if_stale(engine)
    except Exception as error:
        # The data is safe, and figures are counted from matters meanwhile; a message may quote data.
        _LOG.error("indicators were not summed up: %s", type(error).__name__)
        return False


def _is_stale(session: Session) -> bool:
    state, changed = models.DerivedState, petition.changed
    made = session.execute(
        select(state.digest, state.as_of, state.watermark).where(state.name == NAME)
    ).one_or_none()
    if made is None or (made.digest, made.as_of) != (_digest(), city.today(session)):
        return True
    return session.scalar(select(petition.id).where(changed >= made.watermark).limit(1)) is not None


@cache
def _digest() -> str:
    told = program_digest(Path(__file__).parents[2]) + repr(DEFINITIONS)
    return hashlib.sha256(told.encode()).hexdigest()


def _make(session: Session) -> None:
    # From before anything is read: what is not yet written then is read again the next time.
    watermark = session.execute(
        text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    ).scalar_one()
    as_of = city.today(session)
    _keep(session, {row[:4]: row for row in (*_flows(session, as_of), *_stocks(session, as_of))})
    state = models.DerivedState
    session.execute(delete(state).where(state.name == NAME))
    made = {"name": NAME, "digest": _digest(), "watermark": watermark, "as_of": as_of}
    session.execute(insert(state).values(**made))


def _keep(session: Session, rows: dict[tuple[object, ...], Row]) -> None:
    """Write the rows that are not there yet and drop those that are not any more."""
    there = {tuple(row) for row in session.execute(select(*models.IndicatorSum.__table__.columns))}
    gone = there.difference(rows.values())
    if gone:
        keys = {f"k{place}": list(column) for place, column in enumerate(list(zip(*gone, strict=True))[:4])}
        session.execute(text(_DROP), keys)
    copy_rows(
        session,
        models.IndicatorSum.__tablename__,
        _COLUMNS,
        [row for row in rows.values() if row not in there],
    )


_DROP = (
    f"DELETE FROM indicator_sum WHERE ({_KEY}) IN (SELECT * FROM unnest("  # noqa: S608
    "cast(:k0 AS bigint[]), cast(:k1 AS date[]), cast(:k2 AS text[]), cast(:k3 AS integer[])))"
)


def _flows(session: Session, as_of: date) -> Iterator[Row]:
    """Yield the sums of what belongs to a month, one statement for the indicators of each cohort's day."""
    rules = [rule_of(each, as_of) for each in DEFINITIONS if not each.is_stock]
    rules.sort(key=lambda rule: rule.clock)
    for _, group in groupby(rules, key=lambda rule: rule.clock):
        alike = list(group)
        for unit_id, month, *numbers in session.execute(_select_months(alike, as_of)):
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


def _stocks(session: Session, as_of: date) -> Iterator[Row]:
    """Yield what there was at the end of each month since anything was handed over."""
    stocks = tuple(each for each in DEFINITIONS if each.is_stock)
    first = session.scalar(
        select(func.min(rule_of(stocks[0], as_of).day)).where(petition.backlog_tier.is_not(None))
    )
    months = months_of(first, as_of) if first is not None and first <= as_of else []
    periods = tuple(Period(month, min(_month_end(month), as_of)) for month in months)
    found: tuple[ByUnit, ...] = count_matters(session, Count(stocks, periods, as_of), (), by_unit=True)
    for month, by_unit in zip(months, found, strict=True):
        for unit_id, tallies in by_unit.items():
            for (code, version), tally in tallies.items():
                assert unit_id is not None  # noqa: S101  counted by unit
                yield unit_id, month, code, version, tally.numerator, tally.denominator


def _month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
