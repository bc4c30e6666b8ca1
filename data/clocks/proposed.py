"""Proposals in storage: what one says, the terms that it would bring about, and putting them in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from data import models
from data.clocks.terms import StoredTerms
from grid.clocks.calendars import WorkCalendar
from grid.clocks.changes import ClockTerms
from grid.clocks.notices import Notice, read_notice, with_notice
from grid.clocks.proposals import ProposalKind
from grid.clocks.rule_rows import read_rule, rule_row
from grid.clocks.rules import ClockRule, RuleBook
from grid.refusals import Refused

_DAYS = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Said:
    """What a proposal says: a notice's text, or rules to add and days on which others end, by their ids."""

    text: str = ""
    add: tuple[ClockRule, ...] = ()
    end: Mapping[int, date] | None = None

    @property
    def notice(self) -> Notice | None:
        """Return the notice; raises what ``read_notice`` raises."""
        return read_notice(self.text) if self.text else None

    def content(self) -> dict[str, Any]:
        """Return it as it is kept."""
        if self.text:
            return {"text": self.text}
        ends = {str(number): day.isoformat() for number, day in (self.end or {}).items()}
        return {"add": [_plain(rule) for rule in self.add], "end": ends}


def read_said(content: Mapping[str, Any]) -> Said:
    """Return what a kept proposal says."""
    if "text" in content:
        return Said(content["text"])
    rules = tuple(read_rule(_typed(row)) for row in content["add"])
    return Said(add=rules, end={int(key): date.fromisoformat(day) for key, day in content["end"].items()})


def new_terms(stored: StoredTerms, said: Said) -> ClockTerms:
    """Return the terms with a proposal in force.

    Raises ``Refused``: ``clock_rule_unknown`` for one that is there no more or ends already, and those of
    notices and rule books.
    """
    if said.notice is not None:
        return ClockTerms(stored.terms.rules, with_notice(stored.calendar, said.notice))
    rules, ends = dict(stored.rules), dict(said.end or {})
    for number, day in ends.items():
        rule = rules.get(number)
        if rule is None or rule.valid_to is not None:
            raise Refused("clock_rule_unknown")
        rules[number] = replace(rule, valid_to=day)
    return ClockTerms(RuleBook((*rules.values(), *said.add)), stored.calendar)


def put_in_force(session: Session, stored: StoredTerms, said: Said) -> None:
    """Write a proposal's days or rules; raises as ``new_terms``."""
    terms = new_terms(stored, said)
    if said.notice is not None:
        _write_calendar(session, stored.calendar, terms.calendar, said.notice)
        return
    rule = models.ClockRule
    for number, day in (said.end or {}).items():
        session.execute(update(rule).where(rule.id == number).values(valid_to=day))
    for each in said.add:
        session.execute(insert(rule).values(rule_row(each)))


def _write_calendar(session: Session, old: WorkCalendar, new: WorkCalendar, notice: Notice) -> None:
    row = models.CalendarDay
    gone = {each.day for each in old.days} - {each.day for each in new.days}
    gone |= {each.day for each in notice.days}
    session.execute(delete(row).where(row.day.in_(gone)))
    source = f"notice-{'amended' if notice.amends else 'entered'}"
    for each in notice.days:
        values = {"day": each.day, "kind": each.kind.value, "festival": each.festival}
        session.execute(insert(row).values(**values, notice_year=each.notice_year, source=source))


def kind_of(said: Said) -> ProposalKind:
    """Return of which kind a proposal is."""
    return ProposalKind.NOTICE if said.text else ProposalKind.RULES


def _plain(rule: ClockRule) -> dict[str, Any]:
    row: dict[str, Any] = dict(rule_row(rule))
    return {**row, **{name: row[name] and row[name].isoformat() for name in _DAYS}}


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{name: row[name] and date.fromisoformat(row[name]) for name in _DAYS}}
