"""Clocks kept right: ``open_clock`` and the due days of matters, made anew from rules, calendar and events.

Only rows that differ are written: a write marks its matter as changed, and what is made from changed matters
is looked at once more, finds nothing and ends there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.clocks.gathering import DUE_COLUMNS, Block, Subset, any_changed, gather_clocks
from data.clocks.terms import StoredTerms, digest_of, stored_terms
from data.reads import city
from data.sessions import bump_version, note
from data.writes.copying import copy_rows
from data.writes.deriving import keep_state, read_watermark, state_of
from grid.audits import Action
from grid.clocks.calendars import WorkCalendar
from grid.clocks.changes import ClockTerms
from grid.clocks.city_clocks import CityClocks, city_clocks
from grid.clocks.rules import ClockRule
from grid.clocks.terms import amber_day
from grid.principals import COMMAND_LINE, Principal

STATE = "open_clock"
"""Name of what is kept here among the derived ones."""
_CLOCK_OF = {"due_on": "reply", "notice_due_on": "notice"}
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.clocks'))"
_AFTER_IMPORTS = "SELECT pg_advisory_xact_lock(hashtext('fengtu.import'))"
_CLOCK_COLUMNS = (
    "petition_id", "clock", "started_on", "due_on", "soon_on", "paused_since", "is_window", "provisional",
    "rule_id",
)  # fmt: skip
_LOG = logging.getLogger("fengtu.clocks")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What was looked at, and how much of it was not as it should be."""

    matters: int = 0
    clocks: int = 0
    dues: int = 0

    def __add__(self, other: Recomputed) -> Recomputed:
        return Recomputed(self.matters + other.matters, self.clocks + other.clocks, self.dues + other.dues)

    @property
    def changed(self) -> bool:
        """Return whether anything was written."""
        return bool(self.clocks or self.dues)


def recompute(session: Session, batch_id: int | None = None) -> Recomputed:
    """Make the clocks of an import's matters anew, or all of them, in the session's transaction."""
    stored = stored_terms(session)
    return _recompute(session, Subset(batch_id=batch_id), stored, city.today(session))


def recompute_all(engine: Engine, principal: Principal = COMMAND_LINE) -> Recomputed:
    """Make all clocks anew and note that it was done; screens are told where anything changed."""
    with Session(engine) as session, session.begin():
        _wait_for_turn(session)
        return _all_anew(session, stored_terms(session), principal)


def recompute_if_stale(engine: Engine) -> bool:
    """Make anew what rules, calendar, program, day or changed matters ask for; tell whether it was needed."""
    with Session(engine) as session, session.begin():
        if not _is_stale(session):
            return False
    with Session(engine) as session, session.begin():
        _wait_for_turn(session)
        state, stored = state_of(session, STATE), stored_terms(session)
        if state is None or state.digest != digest_of(stored):
            _all_anew(session, stored, COMMAND_LINE)
        elif state.as_of != city.today(session):
            # Hearings that go on move their due day with the days, and days to come have come.
            _kept(session, Subset(), stored)
        else:
            _kept(session, Subset(changed_since=state.watermark), stored)
    return True


def try_to_recompute(engine: Engine) -> bool:
    """Make clocks anew where stale, but only log what goes wrong; tell whether it was needed."""
    try:
        return recompute_if_stale(engine)
    except Exception as error:
        # What stood before stays; type only, since a message may quote data.
        _LOG.error("clocks were not made anew: %s", type(error).__name__)
        return False


def _wait_for_turn(session: Session) -> None:
    """Let imports end first: they must not find matters that somebody else is writing."""
    session.execute(text(_AFTER_IMPORTS))
    session.execute(text(_ONE_AT_A_TIME))


def _is_stale(session: Session) -> bool:
    state = state_of(session, STATE)
    if state is None or state.as_of != city.today(session):
        return True
    return any_changed(session, state.watermark) or state.digest != digest_of(stored_terms(session))


def _all_anew(session: Session, stored: StoredTerms, principal: Principal) -> Recomputed:
    done = _kept(session, Subset(), stored)
    facts = {"matters": done.matters, "clocks": done.clocks, "dues": done.dues}
    note(session, principal, Action.CLOCKS_RECOMPUTE, "clock", facts)
    return done


def _kept(session: Session, subset: Subset, stored: StoredTerms) -> Recomputed:
    """Make a subset anew and keep from what; the watermark is from before anything is read."""
    watermark = read_watermark(session)
    on = city.today(session)
    done = _recompute(session, subset, stored, on)
    keep_state(session, STATE, digest_of(stored), watermark, on)
    if done.changed:
        bump_version(session)
    return done


def _recompute(session: Session, subset: Subset, stored: StoredTerms, on: date) -> Recomputed:
    session.execute(text(_STAGING))
    terms, ids = stored.terms, {rule: number for number, rule in stored.rules}
    done = Recomputed()
    for block in gather_clocks(session, subset):
        done += _write(session, block, _Reckoned(block, terms, ids, on))
    session.execute(text("DROP TABLE reckoned_clock, reckoned_due"))
    return done


class _Reckoned:
    """Rows of a block as they should be."""

    def __init__(self, block: Block, terms: ClockTerms, ids: dict[ClockRule, int], on: date) -> None:
        self._block, self._terms, self._ids = block, terms, ids
        self._clocks: CityClocks = city_clocks(block.matters, terms, on)

    def dues(self) -> Iterator[Sequence[object]]:
        """Yield the due days of matters that have others now."""
        matters, now = self._block.matters, self._block.due
        due = {name: self._clocks.due_of(clock, matters.id.size) for name, clock in _CLOCK_OF.items()}
        differs = np.zeros(matters.id.size, np.bool_)
        for name, days in due.items():
            known = ~(np.isnat(days) & np.isnat(now[name]))
            differs |= known & (days != now[name])
        for row in np.flatnonzero(differs).tolist():
            yield matters.id[row].item(), *(due[name][row].item() for name in DUE_COLUMNS)

    def clocks(self) -> Iterator[Sequence[object]]:
        """Yield the open clocks."""
        found, matter_ids = self._clocks, self._block.matters.id
        amber = _ambers(self._terms.calendar)
        for place in np.flatnonzero(found.is_open).tolist():
            rule = found.rules[found.rule[place]]
            due = found.sheet.due[place].item()
            start = found.start[place].item()
            yield (
                matter_ids[found.row[place]].item(), rule.clock, start, due, max(start, amber(rule, due)),
                found.paused[place].item(), rule.window, bool(found.sheet.provisional[place]),
                self._ids[rule],
            )  # fmt: skip


def _ambers(calendar: WorkCalendar) -> Any:
    @cache
    def amber(rule: ClockRule, due: date) -> date:
        return amber_day(rule, due, calendar)

    return amber


def _write(session: Session, block: Block, reckoned: _Reckoned) -> Recomputed:
    copy_rows(session, "reckoned_clock", _CLOCK_COLUMNS, reckoned.clocks())
    copy_rows(session, "reckoned_due", ("petition_id", *DUE_COLUMNS), reckoned.dues())
    ids = {"ids": block.matters.id.tolist()}
    gone = session.execute(text(_DROP), ids)
    put = session.execute(text(_PUT))
    due = session.execute(text(_DUE))
    session.execute(text("TRUNCATE reckoned_clock, reckoned_due"))
    counts = [int(result.rowcount) for result in (gone, put, due)]  # type: ignore[attr-defined]
    return Recomputed(block.matters.id.size, counts[0] + counts[1], counts[2])


_STAGING = """
CREATE TEMP TABLE reckoned_clock (LIKE open_clock) ON COMMIT DROP;
CREATE TEMP TABLE reckoned_due (petition_id bigint, due_on date, notice_due_on date) ON COMMIT DROP
"""
_KEY = "(c.petition_id, c.clock, c.started_on) = (o.petition_id, o.clock, o.started_on)"
_DROP = f"""
DELETE FROM open_clock o WHERE o.petition_id = ANY (cast(:ids AS bigint[]))
AND NOT EXISTS (SELECT FROM reckoned_clock c WHERE {_KEY})
"""  # noqa: S608
_NAMES = ", ".join(_CLOCK_COLUMNS)
_FACTS = _CLOCK_COLUMNS[3:]
_OLD, _NEW = (", ".join(f"{table}.{name}" for name in _FACTS) for table in ("o", "excluded"))
_PUT = f"""
INSERT INTO open_clock AS o ({_NAMES}) SELECT {_NAMES} FROM reckoned_clock
ON CONFLICT (petition_id, clock, started_on)
DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FACTS)}
WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})
"""  # noqa: S608
_DUE = """
UPDATE petition p SET due_on = r.due_on, notice_due_on = r.notice_due_on FROM reckoned_due r
WHERE p.id = r.petition_id
"""
