"""Counting indicators: all of them, of every unit and period asked for, in one statement over the matters.

A matter that belongs to no cohort of a period costs a few comparisons of days; the others are added up by
conditional aggregation, once a period that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    Values,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.orm import Session

from data.reads.indicator_rules import Rule, base, members_of, rule_of, successes_of
from data.reads.matters import petition
from grid.indicators.definitions import Definition
from grid.indicators.figures import Period
from grid.indicators.tallies import Tallies, Tally

Condition = SQLColumnExpression[bool]
ByUnit = dict[int | None, Tallies]
"""Tallies by unit; under none those of all matters, where they were not counted by unit."""


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted: definitions, over periods, as of a day. A period ends with that day at the latest."""

    definitions: tuple[Definition, ...]
    periods: tuple[Period, ...]
    as_of: date

    def windows(self) -> list[tuple[int, date, date]]:
        """Return (number, first day, last day) of the periods that have begun."""
        ends = [(n, one.since, min(one.until, self.as_of)) for n, one in enumerate(self.periods)]
        return [window for window in ends if window[1] <= window[2]]


def count_matters(
    session: Session, count: Count, conditions: Iterable[Condition], *, by_unit: bool
) -> tuple[ByUnit, ...]:
    """Return the tallies of each period, of the matters that meet the conditions."""
    found: tuple[ByUnit, ...] = tuple({} for _ in count.periods)
    if count.windows() and count.definitions:
        for row in session.execute(select_counts(count, conditions, by_unit=by_unit)):
            found[row.window][row.unit_id] = _tallies(count.definitions, row)
    return found


def select_counts(
    count: Count, conditions: Iterable[Condition], *, by_unit: bool
) -> Select[*tuple[Any, ...]]:
    """Return the statement: a row for each period, and unit where it is by unit."""
    window = _values(count.windows())
    rules = [rule_of(each, window.c.until if each.is_stock else count.as_of) for each in count.definitions]
    unit = petition.unit_id if by_unit else literal(None, Integer)
    sums = [one for rule in rules for one in _sums(rule, belongs(rule, window.c.since, window.c.until))]
    statement = (
        select(window.c.n.label("window"), unit.label("unit_id"), *sums)
        .select_from(petition)
        .join(window, or_(*_days_in(rules, window)))
        .where(base(), *conditions)
        .group_by("window", *(("unit_id",) if by_unit else ()))
    )
    return statement.where(petition.unit_id.is_not(None)) if by_unit else statement


def belongs(rule: Rule, since: Any, until: Any) -> Condition:
    """Return the condition that a matter is in the cohort of a period, but for ``base``."""
    return and_(rule.member, _day_in(rule, since, until))


def _day_in(rule: Rule, since: Any, until: Any) -> Condition:
    return rule.day <= until if rule.definition.is_stock else rule.day.between(since, until)


def _days_in(rules: Sequence[Rule], window: Values) -> list[Condition]:
    """Return the conditions one of which holds of every matter that counts: one for each cohort's day."""
    by_clock = {rule.clock: rule for rule in rules}
    conditions = []
    for rule in by_clock.values():
        inside = _day_in(rule, window.c.since, window.c.until)
        # Stocks reach back without end: only matters that were handed over are looked at.
        narrowed = and_(petition.backlog_tier.is_not(None), inside) if rule.definition.is_stock else inside
        conditions.append(narrowed)
    return conditions


def _sums(rule: Rule, inside: Condition) -> list[ColumnElement[int]]:
    if rule.counted is None and rule.successes is None:
        return [func.count().filter(inside, rule.success), func.count().filter(inside)]
    met = func.sum(successes_of(rule)).filter(inside)
    return [func.coalesce(met, 0), func.coalesce(func.sum(members_of(rule)).filter(inside), 0)]


def _values(windows: Sequence[tuple[int, date, date]]) -> Values:
    columns = column("n", Integer), column("since", Date), column("until", Date)
    return values(*columns, name="period").data(list(windows))


def _tallies(definitions: Sequence[Definition], row: Row[*tuple[Any, ...]]) -> Tallies:
    """Return the tallies of a row, whose first two columns are the period and the unit."""
    numbers = row[2:]
    return {
        each.key: Tally(numbers[2 * place], numbers[2 * place + 1])
        for place, each in enumerate(definitions)
        if numbers[2 * place + 1]
    }
