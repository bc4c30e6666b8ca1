"""Sums of indicators by unit and month (``indicator_sum``): what they can answer, and their answers.

They were made over all matters, by the worker: whoever reads them, and whatever matters are kept from them,
sees the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Select, Values, and_, column, func, select, values
from sqlalchemy.orm import Session

from data import models
from data.reads.indicator_tallies import ByUnit, Count
from data.reads.matters import months_of
from grid.indicators.tallies import Tally

NAME = "indicator_sum"
"""Of their row in ``derived_state``."""
_DAY = timedelta(days=1)


def made_as_of(session: Session) -> date | None:
    """Return the day as of which the sums were made, none where they never were."""
    state = models.DerivedState
    return session.scalar(select(state.as_of).where(state.name == NAME))


def can_answer(session: Session, count: Count) -> bool:
    """Return whether the sums tell what is counted: of the day they are made of, and of whole months."""
    return made_as_of(session) == count.as_of and is_of_months(count)


def is_of_months(count: Count) -> bool:
    """Return whether periods are whole months, the last up to the as-of day."""
    return all(
        since.day == 1 and (until == count.as_of or (until + _DAY).day == 1)
        for _, since, until in count.windows()
    )


def add_sums(session: Session, count: Count, unit_ids: Collection[int] | None = None) -> tuple[ByUnit, ...]:
    """Return the tallies of each period by unit; ``unit_ids`` none: of all that the reader may see."""
    found: list[dict[int | None, dict[tuple[str, int], Tally]]] = [{} for _ in count.periods]
    wanted = {each.key for each in count.definitions}
    if count.windows() and wanted:
        for n, unit_id, code, version, met, counted in session.execute(_select_sums(count, unit_ids)):
            if (code, version) in wanted:
                found[n].setdefault(unit_id, {})[code, version] = Tally(met, counted)
    return tuple(dict(by_unit) for by_unit in found)


def _select_sums(count: Count, unit_ids: Collection[int] | None) -> Select[*tuple[Any, ...]]:
    """Return the statement, which may tell more versions than are asked for: a plan of few comparisons."""
    # The table's columns: six thousand rows are read quicker without the mapper.
    one, months = models.IndicatorSum.__table__.c, _months(count)
    stocks = sorted({each.code for each in count.definitions if each.is_stock})
    statement = (
        select(months.c.n, one.unit_id, one.indicator, one.version,
               func.sum(one.numerator), func.sum(one.denominator))
        .select_from(models.IndicatorSum.__table__)
        .join(months, and_(one.month == months.c.month, one.indicator.in_(stocks) == months.c.is_stock))
        .where(one.version.in_({each.version for each in count.definitions}))
        .group_by(months.c.n, one.unit_id, one.indicator, one.version)
    )  # fmt: skip
    return statement if unit_ids is None else statement.where(one.unit_id.in_(list(unit_ids)))


def _months(count: Count) -> Values:
    """Return the months of each period; for stocks the last alone."""
    columns = column("n", Integer), column("month", Date), column("is_stock", Boolean)
    flows = [(n, month, False) for n, since, until in count.windows() for month in months_of(since, until)]
    stocks = [(n, until.replace(day=1), True) for n, _, until in count.windows()]
    return values(*columns, name="period").data([*flows, *stocks])
