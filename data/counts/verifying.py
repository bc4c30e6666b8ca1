"""Whether the copy's numbers are those of SQL: counted both ways of one snapshot.

The whole is compared first, by every level and dimension: random filters alone may all be empty where the
matters are few. Random filters follow, since parts may differ where the whole does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Engine, func, or_, select, text, update
from sqlalchemy.orm import Session

from data import models
from data.counts.files import is_whole, open_copy
from data.counts.opening import snapshot_of
from data.counts.refreshing import in_force
from data.counts.snapshot import Snapshot
from data.reads import city
from data.reads.matters import AREA_COLUMN, not_accusation, petition, placed_in
from grid.areas import PLACED_LEVELS, Level
from grid.hotspots.counting import COUNTED_PURPOSES
from grid.hotspots.questions import COUNT_UNITS, Dimension, MatterFilter
from grid.matters import Category, Channel, Stage
from grid.measures import MeasureUnit
from grid.places import PlaceStatus
from grid.questions import LONGEST_PERIOD_DAYS

FILTERS = 12
"""How many random filters a verification asks, besides the whole."""
_DAY_STALE = text(
    "SELECT EXISTS (SELECT FROM count_snapshot WHERE verified_at IS NULL"
    " OR (verified_at AT TIME ZONE :zone)::date < (now() AT TIME ZONE :zone)::date)"
).bindparams(zone=city.CITY_ZONE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    ``state`` is ``missing``, ``behind`` (the data changed since; nothing was compared), ``damaged``,
    ``different`` or ``equal``. ``asked`` filters were compared, the whole among them, and the first
    ``difference`` is told.
    """

    state: str
    rows: int = 0
    asked: int = 0
    difference: str = "-"


def is_unverified(engine: Engine) -> bool:
    """Return whether there is a copy that was not verified today."""
    with engine.connect() as connection:
        return bool(connection.execute(_DAY_STALE).scalar_one())


def verify(engine: Engine, home: Path, rng: np.random.Generator, *, filters: int = FILTERS) -> Verdict:
    """Compare the copy in force with SQL, and note the time where they are equal."""
    snapshot_of_database = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(snapshot_of_database) as session, session.begin():
        verdict = _verify(session, home, rng, filters)
    if verdict.state == "equal":
        with engine.begin() as connection:
            connection.execute(update(models.CountSnapshot).values(verified_at=func.now()))
    return verdict


def random_filters(
    rng: np.random.Generator, days: tuple[date, date], areas: list[int]
) -> Iterator[MatterFilter]:
    """Return filters without end, of periods around some days and within some of the areas or none."""

    def some(values: Sequence[Any], most: int) -> frozenset[Any]:
        # Half of them name nothing: together they would leave few matters to compare.
        number = int(rng.integers(-most, most + 1))
        return frozenset(values[at] for at in rng.permutation(len(values))[: max(number, 0)])

    while True:
        length = int(rng.integers(0, min((days[1] - days[0]).days, LONGEST_PERIOD_DAYS - 60) + 30))
        since = days[0] + timedelta(days=int(rng.integers(-20, max((days[1] - days[0]).days, 1))))
        yield MatterFilter(
            since,
            since + timedelta(days=length),
            some(tuple(Category), 3), some(tuple(Channel), 3), some(COUNTED_PURPOSES, 1),
            some(tuple(Stage), 5), some(areas, 3),
            COUNT_UNITS[rng.integers(len(COUNT_UNITS))],
        )  # fmt: skip


def total_by_sql(session: Session, matters: MatterFilter) -> int:
    """Return the total of a filter as SQL has it."""
    amount = select(_amount(matters.unit)).where(*_conditions(session, matters))
    return int(session.execute(amount).scalar_one())


def count_by_sql(session: Session, level: Level, matters: MatterFilter) -> dict[int, int]:
    """Return counts by id of area as SQL has them."""
    conditions, amount = _conditions(session, matters), _amount(matters.unit)
    column = AREA_COLUMN[level]
    rows = session.execute(
        select(column, amount)
        .where(*conditions, petition.place_status == PlaceStatus.ACCEPTED, column.is_not(None))
        .group_by(column)
    )
    return {int(area or 0): int(count) for area, count in rows}


def split_by_sql(session: Session, matters: MatterFilter, by: Dimension) -> dict[str, int]:
    """Return counts by the values of a dimension as SQL has them."""
    column = getattr(petition, by.value)
    rows = session.execute(
        select(column, _amount(matters.unit)).where(*_conditions(session, matters)).group_by(column)
    )
    return {value: int(count) for value, count in rows if count}


def _verify(session: Session, home: Path, rng: np.random.Generator, filters: int) -> Verdict:
    row = in_force(session)
    copied = None if row is None else open_copy(home, row.name)
    if copied is None:
        return Verdict("missing")
    if row.data_version != city.version(session).number:
        return Verdict("behind", row.rows)
    if not is_whole(copied):
        return Verdict("damaged", row.rows)
    snapshot = snapshot_of(copied)
    days = session.execute(select(func.min(petition.registered_on), func.max(petition.registered_on))).one()
    asked = 0
    for matters, levels, dimensions in _questions(rng, days, snapshot, filters) if days[0] else ():
        found = next(_differences(session, snapshot, matters, levels, dimensions), None)
        asked += 1
        if found is not None:
            return Verdict("different", row.rows, asked, found)
    return Verdict("equal", row.rows, asked)


def _questions(
    rng: np.random.Generator, days: tuple[date, date], snapshot: Snapshot, filters: int
) -> Iterator[tuple[MatterFilter, Sequence[Level], Sequence[Dimension]]]:
    """Return the whole by everything, then random filters by one level and one dimension."""
    first = max(days[0], days[1] - timedelta(days=LONGEST_PERIOD_DAYS))
    yield MatterFilter(first, days[1]), PLACED_LEVELS, tuple(Dimension)
    at_random = random_filters(rng, days, snapshot.book.areas.id.tolist())
    for matters in islice(at_random, filters):
        level = PLACED_LEVELS[rng.integers(len(PLACED_LEVELS))]
        yield matters, (level,), (tuple(Dimension)[rng.integers(len(Dimension))],)


def _differences(
    session: Session,
    snapshot: Snapshot,
    matters: MatterFilter,
    levels: Sequence[Level],
    dimensions: Sequence[Dimension],
) -> Iterator[str]:
    period = f"{matters.since}/{matters.until}"
    total = total_by_sql(session, matters)
    for level in levels:
        ours, theirs = snapshot.counts(level, matters), count_by_sql(session, level, matters)
        if ours.total != total:
            yield f"{period}: {ours.total} ≠ {total}"
        for area_id, count in zip(ours.area_ids.tolist(), ours.counts.tolist(), strict=True):
            if count != theirs.get(area_id, 0):
                yield f"{level} {area_id}, {period}: {count} ≠ {theirs.get(area_id, 0)}"
    for by in dimensions:
        if dict(snapshot.split(matters, by)) != split_by_sql(session, matters, by):
            yield f"{by}, {period}"


def _conditions(session: Session, matters: MatterFilter) -> list[ColumnElement[bool]]:
    conditions = [not_accusation(), petition.registered_on.between(matters.since, matters.until)]
    for column, values in (
        (petition.category, matters.categories),
        (petition.channel, matters.channels),
        (petition.purpose, matters.purposes),
        (petition.stage, matters.stages),
    ):
        if values:
            conditions.append(column.in_(values))
    if matters.within:
        conditions.append(or_(*(placed_in(city.area(session, area)) for area in sorted(matters.within))))
    return conditions


def _amount(unit: MeasureUnit) -> ColumnElement[int]:
    if unit is MeasureUnit.MATTERS:
        return func.count()
    amount = func.sum(petition.heads if unit is MeasureUnit.HEADS else petition.submissions)
    by_visit = petition.channel == Channel.VISIT
    return func.coalesce(amount.filter(by_visit) if unit is MeasureUnit.VISITS else amount, 0)
