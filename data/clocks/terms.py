"""Rules and calendar as they stand in their tables, and what tells whether they have changed."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from data.models import CalendarDay as DayRow
from data.models import ClockRule as RuleRow
from data.processes import program_digest
from grid.clocks.calendars import CalendarDay, DayKind, WorkCalendar
from grid.clocks.changes import ClockTerms
from grid.clocks.rule_rows import RULE_COLUMNS, read_rule
from grid.clocks.rules import ClockRule, RuleBook


@dataclass(frozen=True)
class StoredTerms:
    """Rules by their ids, and the calendar."""

    rules: tuple[tuple[int, ClockRule], ...]
    calendar: WorkCalendar

    @property
    def terms(self) -> ClockTerms:
        """Return them without ids."""
        return ClockTerms(RuleBook(tuple(rule for _, rule in self.rules)), self.calendar)

    @property
    def digest(self) -> str:
        """Return a digest of what they say."""
        rules = sorted(repr(rule) for _, rule in self.rules)
        days = [tuple(map(str, astuple(day))) for day in self.calendar.days]
        return hashlib.sha256(repr((rules, days)).encode()).hexdigest()


def stored_terms(session: Session) -> StoredTerms:
    """Return the terms in force."""
    rows = session.execute(
        select(RuleRow.id, *(getattr(RuleRow, name) for name in RULE_COLUMNS)).order_by(RuleRow.id)
    )
    return StoredTerms(tuple((row.id, _rule(row)) for row in rows), work_calendar(session))


def work_calendar(session: Session) -> WorkCalendar:
    """Return the calendar in force."""
    rows = session.execute(select(DayRow.day, DayRow.kind, DayRow.festival, DayRow.notice_year))
    return WorkCalendar(
        tuple(CalendarDay(row.day, DayKind(row.kind), row.festival, row.notice_year) for row in rows)
    )


def digest_of(stored: StoredTerms) -> str:
    """Return a digest of terms and program: what open clocks were made from."""
    return hashlib.sha256(f"{stored.digest} {_program()}".encode()).hexdigest()


@cache
def _program() -> str:
    return program_digest(Path(__file__).parents[2])


def _rule(row: Row[*tuple[Any, ...]]) -> ClockRule:
    return read_rule({name: getattr(row, name) for name in RULE_COLUMNS})
