"""Sums of indicators by unit and month (``indicator_sum``): what they can answer, and their answers.

They were made over all matters, by the worker: whoever reads them, and whatever matters are kept from them,
sees the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Date, Integer, Values, and_, case, column, func, select, tuple_, values
from sqlalchemy.orm import Session

from data import models
from data.reads.indicator_tallies import ByUnit, Count
from grid.indicators.tallies import Tally

NAME = "indicator_sum"
"""Of their row in ``derived_state``."""
_DAY = timedelta(days=1)


def made_as_of(session: Session) -> date | None:
    """Return the day as of which the sums were made, none where they never were."""
    state = models.DerivedState
    return session.scalar(select(state.as_of).where(state.name == NAME))


def can_answer(session: Session, count: Count) -> bool:
    """Return whether the sums tell what is counted: whole months, the last up to the day they are made of."""
    return made_as_of(session) == count.as_of and all(
        since.day == 1 and (until == count.as_of or (until + _DAY).day == 1)
        for _, since, until in count.windows()
    )


def add_sums(session: Session, count: Count, unit_ids: Collection[int] | None = None) -> tuple[ByUnit, ...]:
    """Return the tallies of each period by unit; ``unit_ids`` none: of all that the reader may see."""
    found: tuple[dict[int | None, dict[tuple[str, int], Tally]], ...] = tuple({} for _ in count.periods)
    if not count.windows() or not count.definitions:
        return found
    one, months = models.IndicatorSum, _months(count)
    flows = and_(one.month >= months.c.since, one.month <= months.c.until)
    wanted = [each.key for each in count.definitions]
    stocks = [each.code for each in count.definitions if each.is_stock]
    statement = (
        select(months.c.n, one.unit_id, one.indicator, one.version,
               func.sum(one.numerator), func.sum(one.denominator))
        .join(months, case((one.indicator.in_(stocks), one.month == months.c.until), else_=flows))
        .where(tuple_(one.indicator, one.version).in_(wanted))
        .group_by(months.c.n, one.unit_id, one.indicator, one.version)
    )  # fmt: skip
    if unit_ids is not None:
        statement = statement.where(one.unit_id.in_(list(unit_ids)))
    for n, unit_id, code, version, numerator, denominator in session.execute(statement):
        found[n].setdefault(unit_id, {})[code, version] = Tally(numerator, denominator)
    return found


def _months(count: Count) -> Values:
    """Return each period's first and last month."""
    columns = column("n", Integer), column("since", Date), column("until", Date)
    rows = [(n, since, until.replace(day=1)) for n, since, until in count.windows()]
    return values(*columns, name="period").data(rows)
