"""Readings for whoever keeps rules and calendar: years, rules, and what is proposed and would change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from data import models
from data.clocks.proposed import read_said
from data.clocks.terms import stored_terms
from data.reads import city
from grid.clocks.calendars import DayKind
from grid.clocks.proposals import Proposal, ProposalKind, read_counts
from grid.clocks.years import CalendarYear, StoredRule

_YEARS_BACK, _YEARS_AHEAD = 4, 1
_MOST_PROPOSALS = 20


def calendar_years(session: Session) -> tuple[CalendarYear, ...]:
    """Return this year with those around it, newest first: whether published or not."""
    day = models.CalendarDay
    rows = session.execute(
        select(
            day.notice_year,
            func.count().filter(day.kind == DayKind.HOLIDAY),
            func.count().filter(day.kind == DayKind.WORKING),
            func.max(day.source),
        ).group_by(day.notice_year)
    )
    found = {row[0]: CalendarYear(*row) for row in rows}
    this = city.today(session).year
    last = max(this + _YEARS_AHEAD, *found) if found else this + _YEARS_AHEAD
    years = range(last, this - _YEARS_BACK - 1, -1)
    return tuple(found.get(year, CalendarYear(year, 0, 0, "")) for year in years)


def stored_rules(session: Session) -> tuple[StoredRule, ...]:
    """Return all rules: by clock in the clocks' order, the latest first."""
    on, stored = city.today(session), stored_terms(session)
    clocks = stored.terms.rules.clocks
    rules = [StoredRule(number, rule, rule.is_in_force(on)) for number, rule in stored.rules]
    rules.sort(key=lambda each: each.rule.valid_from, reverse=True)
    rules.sort(key=lambda each: (clocks.index(each.rule.clock), each.rule.jurisdiction))
    return tuple(rules)


def open_proposals(session: Session) -> tuple[Proposal, ...]:
    """Return what is proposed and neither confirmed nor discarded, newest first."""
    row, account = models.ClockProposal, models.Account
    digest = stored_terms(session).digest
    found = session.execute(
        select(
            row.id, row.kind, row.content, row.created_at, row.digest, row.result, row.as_of, account.login
        )
        .outerjoin(account, account.public_id == row.principal)
        .where(row.settled_at.is_(None))
        .order_by(row.id.desc())
        .limit(_MOST_PROPOSALS)
    )
    return tuple(_proposal(one, digest) for one in found)


def _proposal(one: Row[*tuple[Any, ...]], digest: str) -> Proposal:
    said = read_said(one.content)
    counts = one.result and one.result.get("counts")
    return Proposal(
        id=one.id,
        kind=ProposalKind(one.kind),
        made_at=one.created_at,
        made_by=one.login or "",
        notice=said.notice,
        rules=said.add,
        counts=None if counts is None else read_counts(counts),
        as_of=one.as_of,
        refused=(one.result or {}).get("refused", ""),
        stale=one.digest != digest,
    )
